import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/core/errors.ts';
import { renderFindings } from '../../src/render/findings.ts';

const findings: readonly Finding[] = [
  {
    severity: 'error',
    code: 'MaxAgeTooLong',
    message: 'maxAge "400w" is over Aiven\'s limit of 3650d. Lower it.',
    position: { file: 'tokens.yaml', line: 14, column: 15 },
  },
  {
    severity: 'warning',
    code: 'UnknownScope',
    message: 'scope "a\n::error::b" is not known.',
    position: { file: 'tokens.yaml', line: 15, column: 9 },
  },
];

describe('findings at a terminal', () => {
  it('gives each a line that editors link, and counts them', () => {
    expect(`\n${renderFindings(findings, { colours: false })}\n`).toBe(`
tokens.yaml:14:15  maxAge "400w" is over Aiven's limit of 3650d. Lower it.
tokens.yaml:15:9  warning: scope "a ::error::b" is not known.
1 error, 1 warning
`);
  });

  it('makes warnings yellow and errors red', () => {
    const lines = renderFindings(findings, { colours: true }).split('\n');
    expect(lines[0]?.startsWith('\u001b[31m')).toBe(true);
    expect(lines[1]?.startsWith('\u001b[33m')).toBe(true);
  });

  it('is silent without findings', () => {
    expect(renderFindings([], { colours: true })).toBe('');
  });
});
