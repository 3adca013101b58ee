// The comment of a pull request: what stands first, what never is left out, and that no text from outside can
// break out of it.
import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../src/core/plan/types.ts';
import type { SetStatus } from '../../../src/core/status.ts';
import { renderComment, renderSummary } from '../../../src/render/comment/comment.ts';
import { longestComment } from '../../../src/render/comment/state.ts';
import type { Content, ShownSet } from '../../../src/render/comment/content.ts';
import { hasMarker, parseDigests, withoutDigests } from '../../../src/render/comment/digests.ts';
import { issue, keep, makePlan, revoke, samplePlan, sampleReport, troubledPlan } from '../samples.ts';

function shown(plan: Plan, more: Partial<ShownSet> = {}): ShownSet {
  const status: SetStatus = { ...plan, tellsLastUse: true, declarations: [] };
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

  it('loses what was applied, and nothing else', () => {
    const text = renderComment(contentOf(samplePlan()));
    const [first = '', ...rest] = parseDigests(text).get('payments') ?? [];
    const used = new Map([
      ['payments', [first]],
      ['billing', rest],
    ]);
    const left = withoutDigests(text, used);
    expect(parseDigests(left)).toEqual(new Map([['payments', rest]]));
    expect(left).toBe(text.replace(` ${first}`, ''));
    expect(parseDigests(withoutDigests(left, new Map([['payments', rest]]))).size).toBe(0);
  });

  it('says what a new token may do, how it is replaced and who may read it', () => {
    const create = issue('create', 'ci/deploy', { digest: 'aaaaaaaaaaaaaaaaaaaa' });
    if (create.kind !== 'create') throw new Error('no create');
    const readers = [{ key: 'githubSecret/acme::TOKEN', readers: 'all repositories' }];
    const shared = { ...create, issue: { ...create.issue, readers } };
    const text = renderComment(contentOf(makePlan([shared])));
    expect(text).toContain('scopes: `projects:read`, `services:write`');
    expect(text).toContain('rotation: `overlap: 1d`');
    expect(text).toContain('`githubSecret/acme::TOKEN` is readable by `all repositories`');
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
    const status: SetStatus = { ...plan, tellsLastUse: true, declarations: [declaration] };
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
  });

  it('keeps totals when nothing else has room', () => {
    const text = renderComment(contentOf(many(2_900, (rank) => `reason ${rank} `.repeat(20))));
    expect(text.length).toBeLessThanOrEqual(longestComment);
    expect(text).toContain('2900 rotate');
  });

  it('approves what it shows with all there is to know, and otherwise nothing, and says so', () => {
    for (const count of [50, 100, 150, 200, 250, 300, 1_000, 2_001]) {
      const content = contentOf(many(count, (rank) => `reason ${rank} `.repeat(8)));
      const text = renderComment(content);
      const shown = text.match(/goes to `file/g)?.length ?? 0;
      const digests = parseDigests(text).get('payments') ?? [];
      expect([count, digests.length]).toEqual([count, shown === count ? count : 0]);
      expect(text.includes('merging approves none of them')).toBe(digests.length === 0);
      expect(text.includes('approves these changes')).toBe(digests.length > 0);
      if (count === 100) expect(shown).toBe(count);
      if (count === 1_000) expect(shown).toBe(0);
    }
  });

  it('keeps what it approved when it tells at length how that went', () => {
    const content = contentOf(many(100, (rank) => `reason ${rank} `.repeat(8)));
    const remarks = Array.from({ length: 500 }, (_, rank) => `remark ${rank} `.repeat(20));
    const told = renderComment({ ...content, remarks, state: { kind: 'failed', why: 'x' } });
    expect(told.length).toBeLessThanOrEqual(longestComment);
    expect(parseDigests(told)).toEqual(content.digests);
  });

  it('cuts at the end of a line when even totals of many sets are too long', () => {
    const sets = Array.from({ length: 900 }, (_, rank) => shown({ ...samplePlan(), set: `set-${rank}` }));
    const text = renderComment(contentOf(samplePlan(), { sets }));
    expect(text.length).toBeLessThanOrEqual(longestComment);
    expect(text).toContain('The rest does not fit here.');
    expect(parseDigests(text).size).toBe(0);
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
