import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { renderPlanMarkdown } from '../../../src/render/markdown/plan.ts';
import { issue, keep, makePlan, revoke, samplePlan, troubledPlan } from '../samples.ts';

const expected = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Cells of every table row; a row whose text broke out has another number of them. */
function cellsOf(text: string): readonly number[] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) => row.split('|').length - 2);
}

describe('plans in Markdown', () => {
  it('say totals, then what is destroyed or widened, then the rest', () => {
    const owners = new Map([['91e0c5d2aa', 'payments-staging']]);
    expect(renderPlanMarkdown([samplePlan()], { owners })).toBe(expected('plan.md'));
  });

  it('say what is refused, unread or not approved', () => {
    expect(renderPlanMarkdown([troubledPlan()])).toBe(expected('troubled.md'));
  });

  it('say so when nothing changes', () => {
    const text = renderPlanMarkdown([makePlan([keep('ci/a')])]);
    expect(text).toContain('**No changes:** 1 keep');
    expect(text).not.toContain('|');
  });

  it('cannot be broken out of by any text from outside', () => {
    const hostile =
      '|x|`y`\n\n# <!-- @octocat --> <img src=x> [a](javascript:b) ::error:: https://evil.example ```';
    const changes = [
      issue('create', hostile, { message: hostile, notes: [hostile] }),
      issue('rotate', hostile, { fields: [{ field: hostile, old: hostile, new: hostile, widens: true }] }),
      revoke(hostile, 'T', { message: hostile }),
      keep(hostile, { reason: 'Unobserved', message: hostile }),
      keep(hostile),
    ];
    const refusals = [{ rule: 'r', message: hostile, waiver: undefined, digest: 'aaaaaaaaaaaa', stops: [] }];
    const more = { set: hostile, title: hostile, ownerId: hostile, warnings: [hostile], refusals };
    const nextDue = { subject: hostile, at: 1 };
    const counts = { declared: 1, owned: 1, unmanaged: 1, foreign: new Map([['x', 1]]) };
    const text = renderPlanMarkdown([makePlan(changes, { ...more, nextDue, counts })], {
      owners: new Map([['x', hostile]]),
    });
    const ours = /<\/?(?:details|summary|code|br)>/g;
    expect(text.replaceAll(ours, '')).not.toMatch(/[<\\]|https:\/\/|@(?!&#8203;)|\]\(|```/);
    expect(new Set(cellsOf(text))).toEqual(new Set([4]));
    for (const line of text.split('\n'))
      expect(line).toMatch(/^(?:$|### |\*\*|\| |\|-|- \*\*|- <code>|<code>|<\/?details>|[0-9]+ declared)/);
  });

  it('fit into a comment with a thousand changes, totals and refusals always there', () => {
    const changes = Array.from({ length: 1_000 }, (_, rank) => {
      const notes = ['the old token keeps working until 24h after delivery to 2 destinations'];
      const message = 'maxAge: 90d → 30d';
      const fields = [{ field: 'maxAge', old: '90d', new: '30d', widens: false }];
      return rank % 4 === 0
        ? revoke(`etl/job-${rank}`, `T${rank}`, { message: 'removed from tokens.yaml; never used' })
        : issue('rotate', `etl/job-${rank}`, { message, fields, notes, digest: 'aaaaaaaaaaaa' });
    });
    const plan = makePlan(changes, { refusals: troubledPlan().refusals });
    expect(renderPlanMarkdown([plan]).length).toBeGreaterThan(65_536);
    const lengths = [65_536, 10_000, 2_000].map((limit) => {
      const text = renderPlanMarkdown([plan], { limit });
      expect(text).toContain('**750 rotate, 250 revoke** · digest `3f9c2e71ab4d`');
      expect(text).toContain('take-over:ci/deploy');
      expect(text.length).toBeLessThanOrEqual(limit);
      return text.length;
    });
    expect(lengths[0]).toBeGreaterThan(9_000);
    expect(renderPlanMarkdown([plan], { limit: 10_000 })).toContain('and 200 more, not shown here');
    expect(renderPlanMarkdown([plan], { limit: 2_000 })).toContain('and 245 more, not shown here');
    expect(renderPlanMarkdown([plan], { limit: 1_200 })).toContain('250 changes, not shown here');
  });

  it('fit into a comment with a thousand refusals', () => {
    const refusal = troubledPlan().refusals[0];
    const refusals = Array.from({ length: 1_000 }, () => refusal).filter((found) => found !== undefined);
    const plan = makePlan([revoke('etl/a', 'T')], { refusals, warnings: Array(1_000).fill('w'.repeat(100)) });
    const text = renderPlanMarkdown([plan], { limit: 65_536 });
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toContain('and 950 more, not shown here');
  });

  it('name a few of the unchanged when room is short, rather than none of the changes', () => {
    const kept = Array.from({ length: 2_000 }, (_, rank) => keep(`etl/job-${rank}`));
    const plan = makePlan([...samplePlan().changes, ...kept]);
    const text = renderPlanMarkdown([plan], { limit: 4_000 });
    expect(text).toContain('and 1998 more. ');
    expect(text).toContain('the old token keeps working');
  });
});
