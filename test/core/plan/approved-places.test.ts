// Where a value may go without an approval: where an earlier token went, as its mark says. Receipts are found
// at the places that the manifest names, and anybody may leave one at a place of their own.
import { describe, expect, it } from '@jest/globals';
import {
  day,
  declare,
  destination,
  hour,
  minute,
  now,
  only,
  planOf,
  reading,
  receipt,
  rows,
  spec,
  token,
  type World,
} from './world.ts';
import { done, expectApprovable, unapproved } from './unapproved.ts';

const [a, b, evil] = [destination('a'), destination('b'), destination('evil')];
const nobody = { approved: new Set<string>() };
const empty = reading(undefined);
const opaque = { kind: 'opaque', changed: false } as const;

const moved = { declarations: [declare({ deliverTo: [evil] })], tokens: [token('t1', { to: [a] })] };
/** What somebody could write who knows how receipts look. */
const forged = (changes: Parameters<typeof receipt>[1] = {}) =>
  reading(receipt('t1', { destinations: ['kubernetesSecret/evil'], ...changes }), opaque);

describe('without an approval', () => {
  it('delivers nothing when every destination is another one', () => {
    const world = { ...moved, places: { evil: empty } };
    expect(done(unapproved(world))).toEqual([]);
    expectApprovable(world);
    expect(only(planOf(world), 'rotate')).toMatchObject({ reason: 'DestinationMissing', cause: 'config' });
  });

  it('delivers there what was approved', () => {
    const world = { ...moved, places: { evil: empty } };
    const digest = only(planOf(world), 'rotate').digest ?? '';
    const made = planOf({ ...world, requests: { approved: new Set([digest]) } });
    expect(done(made)).toEqual([['rotate', 'DestinationMissing', ['kubernetesSecret/evil']]]);
  });

  it('heals a deleted destination as it was, and leaves a new one beside it', () => {
    const declarations = [declare({ deliverTo: [evil, a], spec: spec({ scopes: ['all'] }) })];
    const world = { declarations, tokens: moved.tokens, places: { a: empty, evil: empty } };
    const made = unapproved(world);
    expect(done(made)).toEqual([['rotate', 'Missing', ['kubernetesSecret/a']]]);
    const [healed] = made.changes.filter(({ kind, approved }) => kind === 'rotate' && approved);
    expect(healed?.kind === 'rotate' && healed.issue.spec).toEqual(spec());
    expectApprovable(world);
  });

  it('heals a deleted destination of a mark that does not tell where it went', () => {
    expect(done(unapproved({ tokens: [token('t1')], places: { a: empty } }))).toEqual([
      ['rotate', 'Missing', ['kubernetesSecret/a']],
    ]);
  });

  it('writes no receipt that would make an unknown place known', () => {
    const tokens = [1, 2, 3, 4].map((generation) =>
      token(`t${generation}`, { generation, to: [a], nonce: 'bbbbbb' }),
    );
    const world = { ...moved, tokens, places: { evil: empty } };
    expect(done(unapproved(world))).toEqual([]);
    const known = { tokens, places: { a: empty } };
    expect(done(unapproved(known))).toEqual([['mend', 'Fenced', []]]);
    const declarations = [declare({ deliverTo: [evil, a] })];
    const both = { declarations, tokens, places: { a: empty, evil: empty } };
    expect(done(unapproved(both))).toEqual([]);
  });

  const forgeries: (readonly [string, World])[] = [
    ['serves a token', { places: { evil: forged() } }],
    [
      'waits for a renewal',
      { places: { evil: forged() }, tokens: [token('t1', { to: [a], createdAt: now - 80 * day })] },
    ],
    [
      'names a token that is gone',
      { places: { evil: forged({ current: { ...receipt('x').current, id: 'x', generation: 9 } as never }) } },
    ],
    [
      'says that an attempt was cut off',
      {
        places: {
          evil: reading(
            receipt(null, {
              pending: { id: null, generation: 2, nonce: 'cccccc', since: now - hour },
              destinations: ['kubernetesSecret/evil'],
            }),
          ),
        },
      },
    ],
    [
      'names nothing but an older token',
      {
        places: {
          evil: reading(
            receipt(null, {
              previous: [{ id: 't1', generation: 1, revokeNotBefore: now - minute, overlap: day }],
              destinations: ['kubernetesSecret/evil'],
            }),
          ),
        },
      },
    ],
  ];
  const gone = { ...receipt('x', { generation: 9 }).current, deliveredAt: now - 9 * day } as never;
  const retired = { id: 't1', generation: 1, revokeNotBefore: now - 8 * day, overlap: day };
  forgeries.push(
    ['drains the token that is served', { places: { evil: forged({ current: gone }) } }],
    [
      'retires the token that is served',
      { places: { evil: forged({ current: gone, previous: [retired] }) } },
    ],
  );
  it.each(forgeries)('is not led elsewhere by a receipt that %s', (_what, world) => {
    expect(done(unapproved({ ...moved, ...world }))).toEqual([]);
  });

  it('is not led to a further place by a receipt that lies there', () => {
    const declarations = [declare({ deliverTo: [evil, a] })];
    const due = [token('t1', { to: [a], createdAt: now - 80 * day })];
    const both = { destinations: ['kubernetesSecret/a', 'kubernetesSecret/evil'] };
    const places = { a: reading(receipt('t1')), evil: forged(both) };
    expect(done(unapproved({ declarations, tokens: due, places }))).toEqual([
      ['rotate', 'RotationDue', ['kubernetesSecret/a']],
    ]);
  });

  it('makes no place known by a fence at another one', () => {
    const tokens = [1, 2, 3, 4].map((generation) =>
      token(`t${generation}`, { generation, to: [a], nonce: 'bbbbbb' }),
    );
    const declarations = [declare({ deliverTo: [a, evil] })];
    const made = unapproved({ declarations, tokens, places: { a: empty, evil: empty } });
    const [fence] = made.changes.filter(({ reason }) => reason === 'Fenced');
    expect(fence).toMatchObject({ kind: 'mend', mend: { destinations: ['kubernetesSecret/a'] } });
  });

  it('is not led to a further secret by a receipt that somebody edited', () => {
    const declarations = [declare({ deliverTo: [a, evil] })];
    const due = [token('t1', { to: [a], createdAt: now - 80 * day })];
    const edited = receipt('t1', { destinations: ['kubernetesSecret/a', 'kubernetesSecret/evil'] });
    const places = { a: reading(edited, opaque), evil: empty };
    expect(done(unapproved({ declarations, tokens: due, places }))).toEqual([
      ['rotate', 'RotationDue', ['kubernetesSecret/a']],
    ]);
  });

  it('keeps a place known that left the manifest without an approval, for when it comes back', () => {
    const due = [token('t1', { to: [a, b], createdAt: now - 80 * day })];
    const both = reading(
      receipt('t1', { destinations: ['kubernetesSecret/a', 'kubernetesSecret/b'] }),
      opaque,
    );
    const observation = { dropped: new Map([['ci/deploy', [b]]]) };
    const made = unapproved({ tokens: due, places: { a: both, b: both }, observation });
    const [renewed] = made.changes.filter(({ kind, approved }) => kind === 'rotate' && approved);
    expect(renewed).toMatchObject({ issue: { dropped: [{ key: 'kubernetesSecret/b' }] } });
  });

  it('is not led to a place by a receipt under a name that the declaration never had', () => {
    const declarations = [declare({ deliverTo: [a, b, evil] })];
    const due = [token('t1', { createdAt: now - 80 * day })];
    const others = { token: 'ci/old', destinations: ['kubernetesSecret/b', 'kubernetesSecret/evil'] };
    const places = { a: reading(receipt('t1')), b: reading(receipt(null, others)), evil: empty };
    expect(done(unapproved({ declarations, tokens: due, places }))).toEqual([
      ['rotate', 'RotationDue', ['kubernetesSecret/a']],
    ]);
  });

  it('brings no place back that was withdrawn with an approval, though the mark still names it', () => {
    const declarations = [declare({ deliverTo: [a, b] })];
    const old = [token('t1', { to: [a, b], createdAt: now - 80 * day })];
    const places = { a: reading(receipt('t1'), opaque), b: empty };
    const world = { declarations, tokens: old, places };
    expect(done(unapproved(world))).toEqual([['rotate', 'RotationDue', ['kubernetesSecret/a']]]);
    const young = { ...world, tokens: [token('t1', { to: [a, b] })] };
    expect(done(unapproved(young))).toEqual([]);
  });

  it('renews at a place that was approved after the token was issued, as the receipts say', () => {
    const declarations = [declare({ deliverTo: [a, b] })];
    const due = [token('t1', { to: [a], createdAt: now - 80 * day })];
    const held = reading(receipt('t1', { destinations: ['kubernetesSecret/a', 'kubernetesSecret/b'] }));
    expect(done(unapproved({ declarations, tokens: due, places: { a: held, b: held } }))).toEqual([
      ['rotate', 'RotationDue', ['kubernetesSecret/a', 'kubernetesSecret/b']],
    ]);
  });

  it('issues nothing for a first attempt that left no token, though it was cut off', () => {
    const pending = { id: null, generation: 1, nonce: 'cccccc', since: now - hour };
    const world = { tokens: [], places: { a: reading(receipt(null, { pending })) } };
    expect(done(unapproved(world))).toEqual([]);
    const approved = planOf({ tokens: [], places: { a: empty } }).changes.flatMap(
      ({ digest }) => digest ?? [],
    );
    const made = planOf({ ...world, requests: { approved: new Set(approved) } });
    expect(rows(made)).toEqual(['create Missing config']);
  });

  it('issues nothing under a receipt that names only what is gone', () => {
    const previous = [{ id: 't0', generation: 1, revokeNotBefore: now - day, overlap: day }];
    expect(done(unapproved({ tokens: [], places: { a: reading(receipt(null, { previous })) } }))).toEqual([
      ['mend', 'PreviousGone', []],
    ]);
  });

  it('takes no place over because the manifest says that this is intended', () => {
    const places = { a: reading(receipt('x', { owner: 'ffffffffff' })) };
    const [refusal] = planOf({ places }).refusals;
    const acknowledge = [{ rule: 'take-over:ci/deploy', digest: refusal?.digest ?? '' }];
    const set = { guards: { maxRevokePercent: 25, minTokens: 4, acknowledge } };
    expect(planOf({ places, set }).refusals).toEqual([]);
    expect(unapproved({ places, set }).refusals).toMatchObject([{ rule: 'DestinationTaken' }]);
    const requests = { ...nobody, acknowledge: new Set(['take-over:ci/deploy']) };
    expect(planOf({ places, set, requests }).refusals).toEqual([]);
  });
});
