// The planning table of DESIGN 4.1, row by row: what is refused until a person decides, and what is ended.
import { describe, expect, it } from '@jest/globals';
import {
  at,
  declare,
  destination,
  owner,
  planOf,
  reading,
  receipt,
  rows,
  spec,
  stranger,
  token,
  type World,
} from './world.ts';

const inFile = declare({ deliverTo: [destination('a', true)] });
const nothingThere = { a: reading(undefined) };
const opaque = { kind: 'opaque', changed: false } as const;

/** Sentence → world → what the plan's rows must be. */
const table: readonly [string, World, readonly string[]][] = [
  [
    "refuses a destination with another owner's receipt",
    { places: { a: reading(receipt('x', { owner: stranger })) } },
    ['keep DestinationTaken'],
  ],
  [
    'refuses a destination with a value nobody knows',
    { tokens: [], places: { a: reading(undefined, { kind: 'foreign' }) } },
    ['keep DestinationTaken'],
  ],
  [
    'refuses a write-only destination with a value and no receipt',
    { tokens: [], places: { a: reading(undefined, opaque) } },
    ['keep DestinationTaken'],
  ],
  [
    'refuses to build on a user that must exist and does not',
    {
      users: [{ create: false }],
      tokens: [],
      places: nothingThere,
      observation: { users: { kind: 'listed', at, users: [] } },
    },
    ['keep UserMissing'],
  ],
  [
    'refuses to issue what the settings of the server do not grant, and says it before anything is created',
    {
      declarations: [declare({ spec: spec({ maxAgeSeconds: 90 * 86_400 }) })],
      tokens: [],
      places: nothingThere,
      observation: {
        users: { kind: 'listed', at, users: [], longestMaxAgeSeconds: 30 * 86_400 },
      },
    },
    ['keep MaxAgeTooLong'],
  ],
  [
    'refuses to reissue what a file elsewhere may hold',
    { declarations: [inFile], places: { 'file:a': reading(undefined) } },
    ['keep LedgerElsewhere'],
  ],
  [
    'refuses to reissue under an owner id that copies share',
    { owner: { ...owner, explicit: true }, places: nothingThere },
    ['keep LedgerElsewhere'],
  ],
  [
    'refuses a file that knows nothing of a newer generation',
    {
      declarations: [inFile],
      tokens: [token('t1'), token('t2', { generation: 2 })],
      places: { 'file:a': reading(receipt('t1')) },
    },
    ['keep LedgerElsewhere'],
  ],
  [
    'reissues once that is acknowledged',
    {
      declarations: [inFile],
      places: { 'file:a': reading(undefined) },
      requests: { acknowledge: new Set(['reissue']) },
    },
    ['rotate Missing drift'],
  ],
  [
    'takes over a destination once that is acknowledged',
    {
      places: { a: reading(receipt('x', { owner: stranger })) },
      tokens: [],
      requests: { acknowledge: new Set(['take-over:ci/deploy']) },
    },
    ['create Missing config'],
  ],

  [
    'withdraws, then revokes, what is absent',
    { declarations: [declare({ state: 'Absent' })] },
    ['withdraw Absent config', 'revoke Absent config'],
  ],
  [
    'ends the tokens of an absent user and removes it',
    { users: [{ state: 'Absent' }] },
    ['removeUser Absent config', 'withdraw Absent config', 'revoke Absent config'],
  ],
  [
    'ends everything on destroy',
    { requests: { destroy: true } },
    ['withdraw Absent config', 'revoke Absent config'],
  ],
  [
    'keeps quiet about what is absent already',
    { declarations: [declare({ state: 'Absent' })], tokens: [], places: nothingThere },
    ['keep Absent'],
  ],
];

describe('a token that is refused or ended', () => {
  it.each(table)('%s', (_sentence, world, expected) => {
    expect(rows(planOf(world))).toEqual(expected);
  });
});
