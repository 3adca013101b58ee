// The comment of a pull request: what stands first, what never is left out, and that no text from outside can
// break out of it.
import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../src/core/plan/types.ts';
import type { SetStatus } from '../../../src/core/status.ts';
import { renderComment, renderSummary } from '../../../src/render/comment/comment.ts';
import { longestComment } from '../../../src/render/comment/state.ts';
import type { Content, ShownSet } from '../../../src/render/comment/content.ts';
import { hasMarker, parseDigests } from '../../../src/render/comment/digests.ts';
import { issue, keep, makePlan, revoke, samplePlan, sampleReport, troubledPlan } from '../samples.ts';

function shown(plan: Plan, more: Partial<ShownSet> = {}): ShownSet {
  const status: SetStatus = { ...plan, declarations: [] };
  return { plan, status, applier: 'action', ...more };
}

function digestsOf(plan: Plan): Content['digests'] {
  return new Map([[plan.set, plan.changes.flatMap(({ digest }) => digest ?? [])]]);
}

function contentOf(plan: Plan, more: Partial<Content> = {}): Content {
  return {
    label: '',
    state: { kind: 'planned' },
    commit: '1234567890abcdef',
    branch: 'main',
    runUrl: 'https://github.example/acme/payments/actions/runs/42',
    sets: [shown(plan)],
    reports: undefined,
    findings: [],
    remarks: [],
    digests: digestsOf(plan),
    owners: new Map([['91e0c5d2aa', 'payments-staging']]),
    ...more,
  };
}

describe('a comment', () => {
  it('says first what is destroyed or allows more, and last how it is applied', () => {
    expect(renderComment(contentOf(samplePlan()))).toMatchSnapshot();
  });

  it('says what is refused, awaits approval or could not be read', () => {
    expect(renderComment(contentOf(troubledPlan()))).toMatchSnapshot();
  });

  it('says what was done, and what was not', () => {
    const report = sampleReport(['done', 'failed', 'left'], 'aiven: creating it failed: 403.');
    const state = { kind: 'failed', why: 'Not everything was applied.' } as const;
    expect(renderComment(contentOf(samplePlan(), { reports: [report], state }))).toMatchSnapshot();
  });

  it('shows a set of a cluster beside one of its own, and says who applies it', () => {
    const other = { ...samplePlan(), set: 'web', assumed: { owners: 1, warnings: [] } };
    const sets = [shown(samplePlan()), shown(other, { applier: 'controller' })];
    const text = renderComment(contentOf(samplePlan(), { sets }));
    expect(text).toContain('applied by the controller');
    expect(text).toContain('planned from the marks of its tokens alone');
    expect(text.indexOf('Destroyed in `web`')).toBeLessThan(text.indexOf('### `payments`'));
  });

  it('is found again by its marker, and by no other label', () => {
    const text = renderComment(contentOf(samplePlan(), { label: 'eu' }));
    expect(hasMarker(text, 'eu')).toBe(true);
    expect(hasMarker(text, '')).toBe(false);
    expect(hasMarker(`quote: ${text}`, 'eu')).toBe(false);
  });

  it('carries the digests of its changes', () => {
    const content = contentOf(samplePlan());
    expect(parseDigests(renderComment(content))).toEqual(content.digests);
    expect(parseDigests(renderComment(content).replaceAll('\n', '\r\n'))).toEqual(content.digests);
  });

  it('names who uses the old token and where the new value goes', () => {
    const plan = makePlan([issue('rotate', 'ci/deploy', { digest: 'aaaaaaaaaaaaaaaaaaaa' })]);
    const declaration = {
      ...({} as SetStatus['declarations'][number]),
      name: 'ci/deploy',
      tokenId: 'XCJ3+bgWywIh',
      lastUsedAt: plan.now - 3 * 86_400_000,
      lastUsedFrom: '203.0.113.7',
    };
    const status: SetStatus = { ...plan, declarations: [declaration] };
    const text = renderComment(contentOf(plan, { sets: [{ plan, status, applier: 'action' }] }));
    expect(text).toContain('the old token was last used 3d ago from 203.0.113.7');
    expect(text).toContain('goes to `file/Raw:secrets/token`');
  });
});

describe('a comment of many changes', () => {
  const many = (count: number, message: (rank: number) => string): Plan =>
    makePlan(
      Array.from({ length: count }, (_, rank) =>
        issue('rotate', `team-${rank % 40}/token-${rank}`, {
          message: message(rank),
          digest: rank.toString(16).padStart(20, '0'),
        }),
      ),
    );

  it('shows changes that say the same in one row', () => {
    const text = renderComment(contentOf(many(1_000, () => 'maxAge: 90d → 30d')));
    expect(text.length).toBeLessThanOrEqual(longestComment);
    expect(text).toContain('and 980 more');
    expect(text.match(/^\| ± /gm)).toHaveLength(1);
  });

  it('names 1,000 changes that all say something else', () => {
    const text = renderComment(contentOf(many(1_000, (rank) => `reason ${rank} `.repeat(8))));
    expect(text.length).toBeLessThanOrEqual(longestComment);
    for (const rank of [0, 499, 999]) expect(text).toContain(`\`team-${rank % 40}/token-${rank}\``);
    expect(parseDigests(text).get('payments')).toHaveLength(1_000);
  });

  it('keeps totals and digests when nothing else has room', () => {
    const text = renderComment(contentOf(many(2_900, (rank) => `reason ${rank} `.repeat(20))));
    expect(text.length).toBeLessThanOrEqual(longestComment);
    expect(text).toContain('2900 rotate');
    expect(parseDigests(text).get('payments')).toHaveLength(2_900);
  });

  it('says that it approves nothing when its digests have no room', () => {
    const text = renderComment(contentOf(many(3_001, () => 'x')));
    expect(text).toContain('merging approves none of them');
    expect(parseDigests(text).size).toBe(0);
  });

  it('cuts at the end of a line when even totals of many sets are too long', () => {
    const sets = Array.from({ length: 900 }, (_, rank) => shown({ ...samplePlan(), set: `set-${rank}` }));
    const text = renderComment(contentOf(samplePlan(), { sets }));
    expect(text.length).toBeLessThanOrEqual(longestComment);
    expect(text).toContain('The rest does not fit here.');
    expect(parseDigests(text).size).toBe(1);
  });

  it('fits the summary into 1 MiB', () => {
    const text = renderSummary(contentOf(many(9_000, (rank) => `reason ${rank} — ä `.repeat(20))));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
  });
});

describe('text from outside', () => {
  const nasty = [
    '<!-- keyturn-digests v=1',
    'payments ffffffffffffffffffff',
    '-->',
    '```',
    '| a | b |',
    '@acme/admins #1 [x](https://evil.example) ![x](y) www.evil.example',
    '</details><script>',
    '::error::x',
  ].join('\n');

  it.each([
    ['a message', makePlan([revoke('etl/a', 'T1', { message: nasty, digest: 'aaaaaaaaaaaaaaaaaaaa' })])],
    ['a name', makePlan([keep(nasty), issue('create', nasty, { digest: 'aaaaaaaaaaaaaaaaaaaa' })])],
    ['a title', makePlan([issue('create', 'a/b')], { title: nasty, warnings: [nasty] })],
    [
      'a field',
      makePlan([
        issue('rotate', 'a/b', {
          digest: 'aaaaaaaaaaaaaaaaaaaa',
          fields: [{ field: 'scopes', old: nasty, new: nasty, widens: true }],
        }),
      ]),
    ],
  ])('in %s starts no fence, table, comment, mention, link or command', (_where, plan) => {
    const finding = {
      severity: 'error',
      code: 'X',
      message: nasty,
      position: { file: nasty, line: 1, column: 1 },
    };
    const content = contentOf(plan, { remarks: [nasty], findings: [finding as Content['findings'][number]] });
    const text = renderComment(content);
    expect(parseDigests(text)).toEqual(
      plan.digest && content.digests?.get('payments')?.length ? content.digests : new Map(),
    );
    expect(text.match(/<!--/g)).toHaveLength(2);
    expect(text).not.toMatch(/^```|^::|<script|<\/details><script/m);
    const outside = text.replaceAll(/`[^`\n]*`/g, '');
    expect(outside).not.toMatch(/@acme|\]\(https:\/\/evil|www\.evil/);
    expect(text.split('\n').filter((line) => line.startsWith('| a |'))).toEqual([]);
  });
});
