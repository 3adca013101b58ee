// Findings as SARIF, held to the schema of OASIS.
import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/core/errors.ts';
import { findingsToSarif } from '../../src/render/sarif.ts';
import { type SarifLog, sarifFaults } from './sarif-schema.ts';

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

describe('SARIF', () => {
  it.each([[findings], [[]]])('is valid', (given) => {
    expect(sarifFaults(findingsToSarif(given, '0.1.0'))).toEqual([]);
  });

  it('is judged by a schema that refuses what is wrong', () => {
    const wrong = { ...findingsToSarif(findings, '0.1.0'), version: '2.0.0' };
    expect(sarifFaults(wrong)).not.toEqual([]);
  });

  it('names rule, level and place of each finding', () => {
    const [run] = (findingsToSarif(findings, '0.1.0') as unknown as SarifLog).runs;
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
    const [run] = (findingsToSarif(findings, '0.1.0') as unknown as SarifLog).runs;
    for (const rule of run?.tool.driver.rules ?? [])
      expect(Object.keys(rule)).toEqual(['id', 'shortDescription', 'fullDescription', 'help']);
  });
});
