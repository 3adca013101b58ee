// What the simulator found in the planner (docs/evidence.md), each as the smallest world that shows it.
import { describe, expect, it } from '@jest/globals';
import {
  day,
  declare,
  destination,
  hour,
  minute,
  now,
  owner,
  planOf,
  previous,
  reading,
  receipt,
  rows,
  token,
  user,
  type World,
} from './world.ts';

const unread = { kind: 'unknown', why: 'x' } as const;
const corrupt = reading({ kind: 'corrupt', why: 'x' });
const two = declare({ deliverTo: [destination('a'), destination('b')] });
const opaque = (changed: boolean, writtenAt?: number) =>
  ({ kind: 'opaque', changed, ...(writtenAt === undefined ? {} : { writtenAt }) }) as const;
const replaced = (deliveredMsAgo: number) => {
  const base = receipt('t2', { generation: 2 });
  const current = base.current && { ...base.current, deliveredAt: now - deliveredMsAgo };
  return { ...base, current, previous: [previous('t1', { revokeNotBefore: now - minute, overlap: hour })] };
};
const keys = ['kubernetesSecret/a', 'kubernetesSecret/b'];
const pair = [token('t1'), token('t2', { generation: 2 })];
const live = (...ids: readonly number[]) => ids.map((id) => token(`t${id}`, { generation: id }));
const waiting = (...ids: readonly number[]) =>
  ids.map((id) => previous(`t${id}`, { generation: id, revokeNotBefore: now - day }));

/** What somebody approves before the user is to be removed. */
const createDigest =
  planOf({ tokens: [], places: { a: reading(undefined) } }).changes[0]?.digest ?? 'no create was planned';

const table: readonly [string, World, readonly string[]][] = [
  [
    'does not take a destination that cannot be read for one without a receipt',
    { declarations: [two], tokens: [], places: { a: reading(undefined), b: unread } },
    ['keep Unobserved'],
  ],
  [
    'replaces a token that lost its mark where no value can be read',
    {
      tokens: [token('t1', { description: 'by hand' })],
      places: { a: reading(receipt('t1'), opaque(false)) },
    },
    ['rotate MarkLost drift'],
  ],
  [
    'keeps what left the manifest while a receipt cannot be understood',
    { declarations: [declare({ name: 'ci/new' })], places: { a: corrupt } },
    ['keep Unobserved'],
  ],
  [
    'counts an overlap from when the new token can have arrived at the latest',
    { tokens: pair, places: { a: reading(replaced(hour + minute)) } },
    ['keep Current'],
  ],
  [
    'revokes once even a slow write must have arrived that long ago',
    { tokens: pair, places: { a: reading(replaced(hour + 3 * minute)) } },
    ['keep Current', 'revoke Superseded clock'],
  ],
  [
    'frees a token that was issued after a write-only destination was written last',
    {
      declarations: [two],
      tokens: live(1, 2, 3),
      places: {
        a: reading(
          receipt('t3', { generation: 3, previous: waiting(1, 2), destinations: keys }),
          opaque(false),
        ),
        b: reading(receipt('t1', {}), opaque(true, now - 11 * day)),
      },
    },
    ['rotate DestinationMissing drift', 'revoke Superseded clock'],
  ],
  [
    'frees none where the clocks of the two may only be apart',
    {
      declarations: [two],
      tokens: live(1, 2, 3),
      places: {
        a: reading(
          receipt('t3', { generation: 3, previous: waiting(1, 2), destinations: keys }),
          opaque(false),
        ),
        b: reading(receipt('t1', {}), opaque(true, now - 10 * day - 5 * minute)),
      },
    },
    ['rotate DestinationMissing drift'],
  ],
  [
    'lets a fifth token through where only that frees what waits',
    {
      declarations: [two],
      tokens: live(1, 2, 3, 4),
      places: {
        a: reading(
          receipt('t4', { generation: 4, previous: waiting(1, 2, 3), destinations: keys }),
          opaque(false),
        ),
        b: reading(receipt('t1', {}), opaque(true, now)),
      },
    },
    ['rotate DestinationMissing drift'],
  ],
  [
    'spares a token for as long as a receipt of another set of the run promises it',
    {
      tokens: [token('t1', { declaration: 'ci/former' }), token('t2', { generation: 2 })],
      places: {
        a: reading(replaced(day)),
        x: reading({
          ...receipt('t9', { previous: [previous('t1', { revokeNotBefore: now + hour })] }),
          owner: 'eeeeeeeeee',
        }),
      },
    },
    ['keep Current'],
  ],
  [
    'waits for a destination that was dropped and cannot be read',
    {
      tokens: pair,
      places: { a: reading(replaced(day)), b: unread },
      observation: { dropped: new Map([['ci/deploy', [destination('b')]]]) },
    },
    ['keep Current'],
  ],
  [
    'makes no room for one more token because a list hides those that wait',
    {
      tokens: [],
      places: {
        a: reading({
          ...receipt(null),
          previous: [1, 2, 3, 4].map((id) =>
            previous(`t${id}`, { generation: id, revokeNotBefore: now + day }),
          ),
        }),
      },
    },
    ['keep IssueBudget'],
  ],
  [
    'revokes what a destination brought along from a declaration that another set ends',
    {
      tokens: [token('t2', { generation: 2 }), token('t1', { declaration: 'ci/given', owner: 'eeeeeeeeee' })],
      owner: { ...owner, former: new Map([['eeeeeeeeee', 'old']]) },
      places: { a: reading(receipt('t2', { generation: 2, previous: [previous('t1', { overlap: hour })] })) },
      neighbours: [
        {
          name: 'giver',
          owner: { hash: 'eeeeeeeeee', former: new Map(), explicit: false },
          declarations: new Set(['ci/given']),
          ending: new Set(['ci/given']),
          destinations: new Set(),
        },
      ],
    },
    ['keep Current', 'revoke Superseded clock'],
  ],
  [
    'removes no user in the plan that issues a token for it, the end of which awaits an approval',
    {
      users: [{ name: 'ci', create: true, state: 'Absent' }],
      tokens: [],
      places: { a: reading(undefined) },
      requests: { approved: new Set([createDigest]) },
    },
    ['create Missing config'],
  ],
];

describe('the planner, as the simulator found it wanting', () => {
  it.each(table)('%s', (_sentence, world, expected) => {
    expect(rows(planOf(world))).toEqual(expected);
  });

  it('leaves a token alone that nothing proves to be ours', () => {
    const world = {
      tokens: [token('t1', { description: 'by hand' })],
      places: { a: reading(receipt('t1'), opaque(false)) },
    };
    const [change] = planOf(world).changes;
    expect(change?.kind === 'rotate' && change.issue.supersedes).toEqual([]);
  });

  it('goes on from the generation of a former name whose token it supersedes', () => {
    const world = {
      declarations: [declare({ name: 'ci/new' })],
      tokens: [token('t1', { generation: 7 })],
      places: { a: reading(undefined, { kind: 'held', tokenId: 't1' }) },
    };
    const change = planOf(world).changes.find(({ kind }) => kind === 'rotate');
    expect(change?.kind === 'rotate' && change.issue.generation).toBe(8);
  });

  it('removes no user whose tokens could not be listed', () => {
    const made = planOf({
      users: [{ state: 'Absent' }],
      declarations: [],
      observation: { tokens: new Map([[user.id, { kind: 'unknown', why: 'the list did not come' }]]) },
    });
    expect(made.refusals).toMatchObject([{ rule: 'user-unlisted', stops: ['removeUser ci '] }]);
    expect(made.refusals[0]?.message).toContain('the list did not come');
  });
});
