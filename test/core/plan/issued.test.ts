// The planning table of DESIGN 4.1, row by row: what follows from the token, the manifest and the calendar.
import { describe, expect, it } from '@jest/globals';
import {
  day,
  declare,
  destination,
  hour,
  listed,
  minute,
  now,
  planOf,
  previous,
  reading,
  receipt,
  rows,
  spec,
  token,
  type World,
} from './world.ts';

const nothingThere = { a: reading(undefined) };
const two = declare({ deliverTo: [destination('a'), destination('b')] });
const atBoth = receipt('t1', { destinations: ['kubernetesSecret/a', 'kubernetesSecret/b'] });
const opaque = { kind: 'opaque', changed: false } as const;

/** Sentence → world → what the plan's rows must be. */
const table: readonly [string, World, readonly string[]][] = [
  [
    'replaces a token past its max age',
    { tokens: [], places: { a: reading(receipt('t1', { current: old(91 * day) })) } },
    ['rotate Expired clock'],
  ],
  [
    'replaces a token that is listed as expired',
    { tokens: [token('t1', { expiresAt: now - 1 })] },
    ['rotate Expired clock'],
  ],
  ['replaces a token that is gone from two lists', { tokens: listed([]) }, ['rotate CurrentTokenGone drift']],
  ['does not believe one list', { tokens: listed([], false) }, ['keep Unobserved']],
  [
    'counts a token younger than the list lag as present',
    { tokens: [], places: { a: reading(receipt('t1', { current: old(4 * minute) })) } },
    ['keep Current'],
  ],
  [
    'stops replacing tokens that keep vanishing',
    {
      tokens: [],
      places: {
        a: reading(
          receipt('t3', {
            generation: 3,
            previous: [
              previous('t1', { revokeNotBefore: now + hour }),
              previous('t2', { revokeNotBefore: now + hour }),
            ],
          }),
        ),
      },
    },
    ['keep IssueBudget'],
  ],
  [
    'replaces a value that was overwritten',
    { places: { a: reading(receipt('t1'), { kind: 'foreign' }) } },
    ['rotate Tampered drift'],
  ],
  [
    'replaces a value that was deleted',
    { places: { a: reading(receipt('t1'), { kind: 'absent' }) } },
    ['rotate Tampered drift'],
  ],
  [
    'replaces a write-only value that someone else wrote',
    { places: { a: reading(receipt('t1'), { kind: 'opaque', changed: true }) } },
    ['rotate Tampered drift'],
  ],
  [
    'brings a lost first value back from another destination',
    { declarations: [two], places: { a: reading(atBoth, { kind: 'absent' }), b: reading(atBoth) } },
    ['deliver Tampered drift'],
  ],
  [
    'rotates when a field changed',
    { declarations: [declare({ spec: spec({ scopes: ['projects:read', 'services:write'] }) })] },
    ['rotate SpecChanged config'],
  ],
  [
    'rotates when a trigger is new',
    { declarations: [withRotation({ trigger: 'q4' })] },
    ['rotate Requested config'],
  ],
  [
    'does nothing for a trigger that was handled',
    {
      declarations: [withRotation({ trigger: 'q4' })],
      places: { a: reading(receipt('t1', { handled: { trigger: ['q4'], compromised: [] } })) },
    },
    ['keep Current'],
  ],
  [
    'rotates when a person asks',
    { requests: { rotate: new Set(['ci/deploy']) } },
    ['rotate Requested config'],
  ],
  [
    'rotates when it is compromised',
    { declarations: [withRotation({ compromised: 'INC-1' })] },
    ['rotate Compromised config'],
  ],
  [
    'does nothing for a compromise that was handled',
    {
      declarations: [withRotation({ compromised: 'INC-1' })],
      places: { a: reading(receipt('t1', { handled: { trigger: [], compromised: ['INC-1'] } })) },
    },
    ['keep Current'],
  ],
  [
    'renews before expiry',
    { tokens: [token('t1', { createdAt: now - 77 * day })] },
    ['rotate RotationDue clock'],
  ],
  ['renews by age', { declarations: [withRotation({ everyMs: 10 * day })] }, ['rotate RotationDue clock']],
  [
    'rotates for a destination that no readable one can supply',
    {
      declarations: [two],
      places: { a: reading(receipt('t1'), opaque), b: reading(undefined) },
    },
    ['rotate DestinationMissing config'],
  ],
  [
    'holds back a fifth live token',
    {
      declarations: [withRotation({ trigger: 'q4' })],
      tokens: [
        token('t1'),
        token('t2', { generation: 2 }),
        token('t3', { generation: 3 }),
        token('t4', { generation: 4 }),
      ],
      places: {
        a: reading(
          receipt('t4', {
            generation: 4,
            previous: ['t1', 't2', 't3'].map((id) => previous(id, { revokeNotBefore: now + hour })),
          }),
        ),
      },
    },
    ['keep IssueBudget'],
  ],
  [
    'fences four live tokens that no receipt names',
    {
      tokens: [1, 2, 3, 4].map((generation) => token(`t${generation}`, { generation })),
      places: nothingThere,
    },
    ['mend Fenced drift'],
  ],
];

describe('a token that is replaced', () => {
  it.each(table)('%s', (_sentence, world, expected) => {
    expect(rows(planOf(world))).toEqual(expected);
  });
});

function old(ageMs: number) {
  const { current } = receipt('t1');
  return current && { ...current, issuedAt: now - ageMs, deliveredAt: now - ageMs };
}

function withRotation(changes: Partial<ReturnType<typeof declare>['rotation']>) {
  return declare({ rotation: { ...declare().rotation, ...changes } });
}
