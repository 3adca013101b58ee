import { describe, expect, it } from '@jest/globals';
import { renderReport } from '../../src/render/report.ts';
import { keep, makePlan, now, sampleReport } from './samples.ts';

const plain = { colours: false };

describe('a report at a terminal', () => {
  it('says what was done, what failed and why, and what is left', () => {
    const report = sampleReport(
      ['done', 'done', 'failed', 'left'],
      'aiven: creating "ci-deployer/metrics" failed: 403. The credential needs the organization admin role.',
    );
    expect(`\n${renderReport([report], { ...plain, width: 110 })}\n`).toBe(`
payments · aiven org1a23f456789
  + etl/nightly            created  generation 8; new in tokens.yaml:41
  ± ci-deployer/deploy     rotated  generation 8; scopes: projects:read → projects:read, services:write
  ↻ ci-deployer/metrics    FAILED   rotate: expires in 13d, renewed 14d before
                                    aiven: creating "ci-deployer/metrics" failed: 403. The credential needs
                                    the organization admin role.
  - etl/hourly             left     revoke: removed from tokens.yaml; last used 3d ago from 203.0.113.7
                                    aiven: creating "ci-deployer/metrics" failed: 403. The credential needs
                                    the organization admin role.
Applied: 1 created, 1 rotated. 1 failed. 1 left. Next due: ci-deployer/audit in 6d.
`);
  });

  it('counts over all sets in its last line and names the set that is due next', () => {
    const other = makePlan([keep('web/a')], {
      set: 'web',
      nextDue: { subject: 'web/a', at: now + 3_600_000 },
    });
    const text = renderReport([sampleReport([]), { plan: other, entries: [] }], plain);
    expect(text.split('\n').at(-1)).toBe(
      'Applied: 1 created, 2 rotated, 1 revoked. Next due: web: web/a in 1h.',
    );
  });

  it('says when there was nothing to do, and when nothing was done', () => {
    expect(renderReport([{ plan: makePlan([]), entries: [] }], plain)).toBe('Nothing to do.');
    const refused = sampleReport(['refused', 'refused', 'refused', 'refused'], 'nobody approved it');
    expect(renderReport([refused], plain).split('\n').at(-1)).toBe(
      'Nothing was applied. 4 refused. Next due: ci-deployer/audit in 6d.',
    );
  });

  it('lets no detail begin a line or carry a control character', () => {
    const report = sampleReport(['failed'], '::error::x\n::error::y\u001b[2J');
    const text = renderReport([report], { ...plain, width: 40 });
    expect(text).not.toMatch(/^\s*::/m);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('ends green only when everything was done', () => {
    expect(renderReport([sampleReport([])], { colours: true })).toContain('\u001b[32mApplied:');
    const failed = renderReport([sampleReport(['failed'])], { colours: true });
    expect(failed).toContain('\u001b[1;31mApplied:');
    expect(failed).toContain('\u001b[1;31mFAILED');
  });
});
