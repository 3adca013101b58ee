import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { renderReportMarkdown } from '../../../src/render/markdown/report.ts';
import { sampleReport } from '../samples.ts';

const failure = 'aiven: creating "ci-deployer/metrics" failed: 403. It needs the organization admin role.';

describe('reports in Markdown', () => {
  it('say the outcome, then what is not done and why, then what is done', () => {
    const report = sampleReport(['done', 'done', 'failed', 'left'], failure);
    const expected = readFileSync(new URL('report.md', import.meta.url), 'utf8');
    expect(renderReportMarkdown([report])).toBe(expected);
  });

  it('hold nothing but the outcome when nothing was to be done', () => {
    const { plan } = sampleReport([]);
    expect(renderReportMarkdown([{ plan, entries: [] }])).toBe(
      '**Nothing to do. Next due: ci-deployer/audit in 6d.**\n',
    );
  });

  it('cannot be broken out of by an error message', () => {
    const text = renderReportMarkdown([sampleReport(['failed'], 'a|b\n<!-- @octocat ```')]);
    expect(text).toContain('a&#124;b &#60;!-- @&#8203;octocat &#96;&#96;&#96;');
  });

  it('fit into a limit, the outcome always there', () => {
    const { plan, entries } = sampleReport([]);
    const many = Array.from({ length: 500 }, () => entries).flat();
    const text = renderReportMarkdown([{ plan, entries: many }], { limit: 5_000 });
    expect(text.length).toBeLessThanOrEqual(5_000);
    expect(text).toContain('**Applied: 500 created, 1000 rotated, 500 revoked.');
    expect(text).toContain('and 1950 more, not shown here');
  });
});
