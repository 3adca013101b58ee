// The planning table of DESIGN 4.1, row by row: what follows from the receipts.
import { describe, expect, it } from '@jest/globals';
import {
  at,
  day,
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

const nothingThere = { a: reading(undefined) };
const pending = (sinceMs: number) => ({ id: null, generation: 2, nonce: 'bbbbbb', since: now - sinceMs });

/** Sentence → world → what the plan's rows must be. */
const table: readonly [string, World, readonly string[]][] = [
  ['creates what was never issued', { tokens: [], places: nothingThere }, ['create Missing config']],
  [
    'creates the user first',
    { tokens: [], places: nothingThere, observation: { users: { kind: 'listed', at, users: [] } } },
    ['createUser Missing config', 'create Missing config'],
  ],
  [
    'creates anew under a receipt without a token',
    {
      tokens: [],
      places: { a: reading(receipt(null, { previous: [previous('t0', { revokeNotBefore: now + day })] })) },
    },
    ['create Missing drift'],
  ],
  ['rotates when no receipt names a live token', { places: nothingThere }, ['rotate Missing drift']],
  [
    'creates anew when all its tokens expired unseen',
    { tokens: [token('t1', { expiresAt: now - 1 })], places: nothingThere },
    ['create Missing drift'],
  ],
  [
    'mends a receipt that was lost',
    { places: { a: reading(undefined, { kind: 'held', tokenId: 't1' }) } },
    ['mend ReceiptLost drift'],
  ],
  [
    'mends a receipt older than the value beside it',
    {
      tokens: [token('t1'), token('t2', { generation: 2 })],
      places: { a: reading(receipt('t1'), { kind: 'held', tokenId: 't2' }) },
    },
    ['mend ReceiptLost drift'],
  ],
  [
    'rotates after an attempt that was cut off',
    { places: { a: reading(receipt('t1', { pending: pending(3 * minute) })) } },
    ['rotate Interrupted drift'],
  ],
  [
    'mends instead when the cut-off attempt left its value',
    {
      tokens: [token('t1'), token('t2', { generation: 2, nonce: 'bbbbbb' })],
      places: {
        a: reading(receipt('t1', { pending: pending(3 * minute) }), { kind: 'held', tokenId: 't2' }),
      },
    },
    ['mend ReceiptLost drift'],
  ],
  [
    'rotates a declaration that was renamed',
    {
      tokens: [token('t1', { declaration: 'ci/old' })],
      places: { a: reading(receipt('t1', { token: 'ci/old' })) },
    },
    ['rotate Renamed config'],
  ],
  [
    'rotates a token whose mark is gone and cannot be written',
    { tokens: [token('t1', { description: 'edited' })] },
    ['rotate MarkLost drift'],
  ],
  [
    'writes the mark again where the provider can',
    {
      tokens: [token('t1', { description: 'edited' })],
      capabilities: { updateDescription: { application: true, personal: true } },
    },
    ['mend MarkLost drift'],
  ],
];

describe('a token whose receipts say too little', () => {
  it.each(table)('%s', (_sentence, world, expected) => {
    expect(rows(planOf(world))).toEqual(expected);
  });
});
