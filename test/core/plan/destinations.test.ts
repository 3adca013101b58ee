// DESIGN 4.2: destinations and descriptions, each judged on its own.
import { describe, expect, it } from '@jest/globals';
import {
  declare,
  destination,
  minute,
  now,
  only,
  planOf,
  reading,
  receipt,
  rows,
  type World,
} from './world.ts';

const two = declare({ deliverTo: [destination('a'), destination('b')] });

const keys = ['kubernetesSecret/a', 'kubernetesSecret/b'];
/** Sentence → world → what the plan's rows must be. */
const table: readonly [string, World, readonly string[]][] = [
  [
    'delivers to a destination that is new',
    { declarations: [two], places: { a: reading(receipt('t1')), b: reading(undefined) } },
    ['deliver DestinationMissing config'],
  ],
  [
    'delivers again where a value was lost',
    {
      declarations: [two],
      places: {
        a: reading(receipt('t1', { destinations: keys })),
        b: reading(receipt('t1'), { kind: 'absent' }),
      },
    },
    ['deliver DestinationMissing drift'],
  ],
  [
    'delivers no token that is gone to a place that may hold a live one',
    {
      declarations: [two],
      places: { a: reading(receipt('t2', { generation: 2, destinations: keys })), b: reading(receipt('t1')) },
      observation: { backOff: new Map([['ci/deploy', now + minute]]) },
    },
    ['keep BackingOff'],
  ],
  [
    'updates a description where the provider can',
    {
      declarations: [declare({ description: 'New words' })],
      capabilities: { updateDescription: { application: true, personal: true } },
    },
    ['update DescriptionChanged config'],
  ],
  [
    'rotates nothing for a description',
    { declarations: [declare({ description: 'New words' })] },
    ['keep Current'],
  ],
];

describe('destinations and descriptions', () => {
  it.each(table)('%s', (_sentence, world, expected) => {
    expect(rows(planOf(world))).toEqual(expected);
  });

  it('withdraws from a destination that the manifest dropped', () => {
    const dropped = new Map([['ci/deploy', [destination('b')]]]);
    const made = planOf({
      places: {
        a: reading(receipt('t1', { destinations: keys })),
        b: reading(receipt('t1', { destinations: keys })),
      },
      observation: { dropped },
    });
    expect(rows(made)).toEqual(['keep Current', 'withdraw Withdrawn config']);
    expect(only(made, 'withdraw')).toMatchObject({ valueIsOurs: true, from: { key: 'kubernetesSecret/b' } });
  });

  it('leaves a value that is not ours at a dropped destination', () => {
    const places = {
      a: reading(receipt('t1', { destinations: keys })),
      b: reading(receipt('t1'), { kind: 'foreign' }),
    };
    const made = planOf({ places, observation: { dropped: new Map([['ci/deploy', [destination('b')]]]) } });
    expect(only(made, 'withdraw').valueIsOurs).toBe(false);
  });
});
