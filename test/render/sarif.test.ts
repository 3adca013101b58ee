// Findings as SARIF, held to the schema of OASIS as Microsoft's multitool 5.7.0 ships it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Finding } from '../../src/core/errors.ts';
import { findingsToSarif } from '../../src/render/sarif.ts';

const schema = JSON.parse(readFileSync('test/fixtures/sarif-2.1.0.json', 'utf8')) as object;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(schema);

const findings: readonly Finding[] = [
  {
    severity: 'error',
    code: 'ScopeUnknown',
    message: 'scope "a" is not known. Correct it.',
    position: { file: 'teams/pay ments/tokens.yaml', line: 14, column: 15 },
  },
  {
    severity: 'warning',
    code: 'NeverRotates',
    message: 'it never rotates.',
    position: { file: 'tokens.yaml', line: 3, column: 1 },
  },
];

interface Shape {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
    readonly results: readonly Record<string, unknown>[];
  }[];
}

describe('SARIF', () => {
  it.each([[findings], [[]]])('is valid', (given) => {
    validate(findingsToSarif(given, '0.1.0'));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is judged by a schema that refuses what is wrong', () => {
    const wrong = { ...findingsToSarif(findings, '0.1.0'), version: '2.0.0' };
    expect(validate(wrong)).toBe(false);
  });

  it('names rule, level and place of each finding', () => {
    const [run] = (findingsToSarif(findings, '0.1.0') as unknown as Shape).runs;
    expect(run?.results).toMatchObject([
      {
        ruleId: 'ScopeUnknown',
        level: 'error',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'teams/pay%20ments/tokens.yaml' },
              region: { startLine: 14, startColumn: 15 },
            },
          },
        ],
      },
      { ruleId: 'NeverRotates', level: 'warning' },
    ]);
  });

  it('gives every rule the texts that code scanning shows', () => {
    const [run] = (findingsToSarif(findings, '0.1.0') as unknown as Shape).runs;
    for (const rule of run?.tool.driver.rules ?? [])
      expect(Object.keys(rule)).toEqual(['id', 'shortDescription', 'fullDescription', 'help']);
  });
});
