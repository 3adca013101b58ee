/**
 * Findings as SARIF 2.1.0 (OASIS), as GitHub's code scanning takes it: every rule with all four texts, every
 * result at a place in a manifest.
 */
import type { Finding } from '../core/errors.ts';

/** What SARIF calls a log, as far as keyturn writes one. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly object[];
}

const home = 'https://github.com/keyturn/keyturn';

/** @param version of keyturn */
export function findingsToSarif(findings: readonly Finding[], version: string): SarifLog {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const driver = {
    name: 'keyturn',
    semanticVersion: version,
    informationUri: home,
    rules: codes.map(toRule),
  };
  const results = findings.map((finding) => toResult(finding, codes.indexOf(finding.code)));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
}

function toRule(code: string): object {
  // `ScopeUnknown` → `scope unknown`.
  const words = code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return {
    id: code,
    shortDescription: { text: `${words}.` },
    fullDescription: { text: `keyturn's rule about a manifest: ${words}.` },
    help: { text: 'The message of the finding says what is wrong and what to do about it.' },
  };
}

function toResult({ severity, code, message, position }: Finding, ruleIndex: number): object {
  const { file, line, column } = position;
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(file), uriBaseId: '%SRCROOT%' },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  };
}

function toUri(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join('/');
}
