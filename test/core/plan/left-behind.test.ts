// Tokens that wait for their revocation while something is out of order: none may wait for ever, none may die
// that somebody serves, and what is not ours is never revoked because a receipt says so.
import { describe, expect, it } from '@jest/globals';
import {
  day,
  declare,
  destination,
  hour,
  minute,
  now,
  planOf,
  previous,
  reading,
  receipt,
  rows,
  token,
  type World,
} from './world.ts';

const two = declare({ deliverTo: [destination('a'), destination('b')] });
const keys = ['kubernetesSecret/a', 'kubernetesSecret/b'];
const opaque = { kind: 'opaque', changed: false } as const;
const unread = { kind: 'unknown', why: 'x' } as const;
const live = (...generations: readonly number[]) =>
  generations.map((generation) => token(`t${generation}`, { generation }));
const waiting = (...generations: readonly number[]) =>
  generations.map((generation) =>
    previous(`t${generation}`, { generation, revokeNotBefore: now - 3 * hour }),
  );
const fence = receipt(null, { previous: waiting(1, 2, 3, 4) });

const table: readonly [string, World, readonly string[]][] = [
  [
    'revokes what a fence took in, so that a token can be issued again',
    { tokens: live(1, 2, 3, 4), places: { a: reading(fence) } },
    ['create Missing drift', ...Array.from({ length: 4 }, () => 'revoke Superseded clock')],
  ],
  [
    'does so when a second destination has not seen any token',
    { declarations: [two], tokens: live(1, 2, 3, 4), places: { a: reading(fence), b: reading(undefined) } },
    ['create Missing drift', ...Array.from({ length: 4 }, () => 'revoke Superseded clock')],
  ],
  [
    'revokes a drained orphan of the same generation as the current token',
    {
      tokens: [...live(2), token('x', { generation: 2 })],
      places: { a: reading(receipt('t2', { generation: 2, previous: [previous('x', { generation: 2 })] })) },
    },
    ['keep Current', 'revoke Superseded clock'],
  ],
  [
    'revokes a compromised token that an unreached destination remembers as merely replaced',
    {
      declarations: [two],
      tokens: live(1, 2, 3),
      places: {
        a: reading(
          receipt('t3', {
            generation: 3,
            destinations: keys,
            previous: waiting(1, 2).map((entry) => ({ ...entry, compromised: true as const, overlap: 0 })),
          }),
        ),
        b: reading(
          receipt('t2', {
            generation: 2,
            destinations: keys,
            previous: [previous('t1', { revokeNotBefore: now + day })],
          }),
        ),
      },
    },
    ['deliver DestinationMissing drift', 'revoke Superseded clock', 'revoke Superseded clock'],
  ],
  [
    'does not let a write-only destination that was left behind use up the budget',
    {
      declarations: [two],
      tokens: live(1, 2, 3, 4),
      places: {
        a: reading(receipt('t4', { generation: 4, destinations: keys, previous: waiting(1, 2, 3) }), opaque),
        b: reading(receipt('t1', { destinations: keys }), opaque),
      },
    },
    ['rotate DestinationMissing drift', 'revoke Superseded clock', 'revoke Superseded clock'],
  ],
  [
    'waits for a destination that was emptied where a readable one can fill it',
    {
      declarations: [two],
      tokens: live(1, 2),
      places: {
        a: reading(receipt('t2', { generation: 2, destinations: keys, previous: waiting(1) })),
        b: reading(undefined),
      },
    },
    ['deliver DestinationMissing drift'],
  ],
  [
    'keeps what may lie at a write-only destination that somebody wrote to',
    {
      declarations: [two],
      tokens: live(1, 2, 3),
      places: {
        a: reading(receipt('t3', { generation: 3, destinations: keys, previous: waiting(1, 2) }), opaque),
        b: reading(receipt('t1', { destinations: keys }), { kind: 'opaque', changed: true }),
      },
    },
    ['rotate DestinationMissing drift'],
  ],
  [
    'writes a fence where every destination is gone and the budget is spent',
    { tokens: live(1, 2, 3, 4), places: { a: reading(undefined) } },
    ['mend Fenced drift'],
  ],
  [
    'gives the first destination the token there is where the budget is spent',
    {
      declarations: [two],
      tokens: live(1, 2, 3, 4),
      places: { a: reading(undefined), b: reading(receipt('t1', { destinations: keys })) },
    },
    ['deliver Tampered drift'],
  ],
  [
    "never revokes another owner's token that a receipt names",
    {
      tokens: [...live(2), token('t1', { owner: 'ffffffffff' })],
      places: { a: reading(receipt('t2', { generation: 2, previous: waiting(1) })) },
    },
    ['keep Current'],
  ],
  [
    'never revokes the token of another declaration that a receipt names',
    {
      declarations: [declare(), declare({ name: 'ci/other', deliverTo: [destination('b')] })],
      tokens: [...live(2), token('t1', { declaration: 'ci/other' })],
      places: { a: reading(receipt('t2', { generation: 2, previous: waiting(1) })), b: unread },
    },
    ['keep Current', 'keep Unobserved'],
  ],
  [
    'keeps what left the manifest while a destination that may serve it cannot be read',
    { declarations: [declare({ name: 'ci/new' })], places: { a: unread } },
    ['keep Unobserved'],
  ],
  [
    'issues no token for a compromise beyond five live ones',
    {
      declarations: [declare({ rotation: { ...declare().rotation, compromised: 'INC-1' } })],
      tokens: [1, 2, 3, 4, 5].map((generation) => token(`t${generation}`, { generation, createdAt: now })),
    },
    ['keep IssueBudget'],
  ],
  [
    'gives a write-only destination ten minutes for its first value too',
    {
      tokens: [],
      places: {
        a: reading(
          receipt(null, { pending: { id: null, generation: 1, nonce: 'bbbbbb', since: now - 3 * minute } }),
        ),
      },
    },
    ['keep Busy'],
  ],
];

describe('what is left behind', () => {
  it.each(table)('%s', (_sentence, world, expected) => {
    expect(rows(planOf(world))).toEqual(expected);
  });
});
