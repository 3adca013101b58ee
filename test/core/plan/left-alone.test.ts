// The planning table of DESIGN 4.1, row by row: what is left alone.
import { describe, expect, it } from '@jest/globals';
import {
  declare,
  minute,
  now,
  owner,
  planOf,
  reading,
  receipt,
  rows,
  spec,
  token,
  type World,
} from './world.ts';

const nothingThere = { a: reading(undefined) };
const opaque = { kind: 'opaque', changed: false } as const;
const pending = (sinceMs: number) => ({ id: null, generation: 2, nonce: 'bbbbbb', since: now - sinceMs });

/** Sentence → world → what the plan's rows must be. */
const table: readonly [string, World, readonly string[]][] = [
  ['keeps a token that is as declared', {}, ['keep Current']],

  [
    'leaves a suspended declaration alone',
    { declarations: [declare({ suspend: true, spec: spec({ scopes: [] }) })] },
    ['keep Suspended'],
  ],
  [
    'leaves every declaration of a suspended set alone',
    { set: { suspend: true }, tokens: [] },
    ['keep Suspended'],
  ],
  [
    'leaves a declaration that moved to another set alone',
    { declarations: [declare({ state: 'Moved' })] },
    ['keep Moved'],
  ],
  [
    'changes nothing when the list of users is unknown',
    { observation: { users: { kind: 'unknown', why: 'x' } } },
    ['keep Unobserved'],
  ],
  [
    'changes nothing when the tokens of the user are unknown',
    { tokens: { kind: 'unknown', why: 'x' } },
    ['keep Unobserved'],
  ],
  [
    'changes nothing when the first destination is unknown',
    { places: { a: { kind: 'unknown', why: 'x' } } },
    ['keep Unobserved'],
  ],
  [
    'changes nothing over a corrupt receipt',
    { places: { a: reading({ kind: 'corrupt', why: 'x' }) } },
    ['keep Unobserved'],
  ],
  [
    'changes nothing over a newer receipt',
    { places: { a: reading({ kind: 'newer', version: 2 }) } },
    ['keep Unobserved'],
  ],
  [
    'changes nothing over a newer mark',
    { tokens: [token('t1'), token('t2', { description: `[keyturn/3 o=${owner.hash} t=ci/deploy x=1]` })] },
    ['keep Unobserved'],
  ],
  [
    'changes nothing when the receipt is of another organization',
    { places: { a: reading(receipt('t1', { at: 'aiven/org2' })) } },
    ['keep ProviderChanged'],
  ],
  [
    'does not create a user for another organization',
    { observation: { users: { kind: 'listed', at: 'aiven/org2', users: [] } } },
    ['keep ProviderChanged'],
  ],
  [
    'leaves a declaration alone while an attempt may still deliver',
    { places: { a: reading(receipt('t1', { pending: pending(minute) })) } },
    ['keep Busy'],
  ],
  [
    'waits longer for an attempt at a write-only destination',
    { places: { a: reading(receipt('t1', { pending: pending(9 * minute) }), opaque) } },
    ['keep Busy'],
  ],
  [
    'lets a declaration rest after a failed issue',
    { tokens: [], places: nothingThere, observation: { backOff: new Map([['ci/deploy', now + minute]]) } },
    ['keep BackingOff'],
  ],
];

describe('a token that is left alone', () => {
  it.each(table)('%s', (_sentence, world, expected) => {
    expect(rows(planOf(world))).toEqual(expected);
  });
});
