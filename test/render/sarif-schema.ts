// Judges SARIF by the schema of OASIS as Microsoft's multitool 5.7.0 ships it.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const schema = JSON.parse(readFileSync('test/fixtures/sarif-2.1.0.json', 'utf8')) as object;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(schema);

/** As far as tests look at it. */
export interface SarifLog {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number; readonly startColumn: number };
        };
      }[];
    }[];
  }[];
}

/** What the schema has against it. */
export function sarifFaults(log: unknown): readonly string[] {
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** `error nope tokens.yaml:12:11` for each result. */
export function resultsOf({ runs }: SarifLog): readonly string[] {
  return runs.flatMap(({ results }) =>
    results.map(({ ruleId, level, locations }) => {
      const place = locations[0]?.physicalLocation;
      const { startLine, startColumn } = place?.region ?? {};
      return `${level} ${ruleId} ${place?.artifactLocation.uri}:${startLine}:${startColumn}`;
    }),
  );
}
