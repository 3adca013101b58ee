// Plans made from marks alone: what they show must be what the full plan would do, digest for digest, since a
// person approves the one and the other is applied.
import { describe, expect, it } from '@jest/globals';
import { type Assumption, assume } from '../../../src/core/plan/assume.ts';
import { plan } from '../../../src/core/plan/plan.ts';
import type { Plan } from '../../../src/core/plan/types.ts';
import { buildSet } from './manifest.ts';
import {
  day,
  declare,
  destination,
  inputOf,
  planOf,
  reading,
  receipt,
  rows,
  spec,
  stranger,
  token,
  type World,
} from './world.ts';

const unread = { kind: 'unknown', why: 'no right to read it' } as const;

interface Before {
  readonly before?: World;
  readonly marks?: Assumption['marks'];
}

/** The plan of the world when no place of it can be read. */
function planFromMarks(world: World, { before = {}, marks = 'own' }: Before = {}): Plan {
  const input = inputOf({ ...world, places: { a: unread, b: unread, c: unread } });
  const readable = new Set(['kubernetesSecret']);
  return plan(assume(input, { marks, before: buildSet(before), readable }));
}

function summary(made: Plan): readonly unknown[] {
  return made.changes.map(({ kind, reason, cause, digest }) => [kind, reason, cause, digest]);
}

const ab = [destination('a'), destination('b')];
const both = ['kubernetesSecret/a', 'kubernetesSecret/b'];
const handled = { trigger: ['one'], compromised: [] };
const rotation = { ...declare().rotation, trigger: 'one' };

const same: Readonly<Record<string, { readonly world: World; readonly before?: World }>> = {
  'what is current': { world: {} },
  'a token that is new': {
    world: { tokens: [], places: { a: reading(undefined) } },
    before: { declarations: [] },
  },
  'wider scopes': { world: { declarations: [declare({ spec: spec({ scopes: ['all'] }) })] } },
  'a rotation that is due': {
    world: { tokens: [token('t1', { createdAt: Date.parse('2026-08-25T12:00:00Z') })] },
  },
  'a new trigger': {
    world: {
      declarations: [declare({ rotation: { ...rotation, trigger: 'two' } })],
      places: { a: reading(receipt('t1', { handled })) },
    },
    before: { declarations: [declare({ rotation })] },
  },
  'a trigger that was handled': {
    world: { declarations: [declare({ rotation })], places: { a: reading(receipt('t1', { handled })) } },
    before: { declarations: [declare({ rotation })] },
  },
  'a compromise': {
    world: { declarations: [declare({ rotation: { ...declare().rotation, compromised: 'INC-1' } })] },
  },
  'a destination that is new': {
    world: {
      declarations: [declare({ deliverTo: ab })],
      places: { a: reading(receipt('t1')), b: reading(undefined) },
    },
  },
  'a destination that left': {
    world: {
      places: {
        a: reading(receipt('t1', { destinations: both })),
        b: reading(receipt('t1', { destinations: both })),
      },
      observation: { dropped: new Map([['ci/deploy', [destination('b')]]]) },
    },
    before: { declarations: [declare({ deliverTo: ab })] },
  },
  'a declaration that left': {
    world: { declarations: [], places: { a: reading(undefined) } },
    before: {},
  },
  'a declaration with another name': {
    world: { declarations: [declare({ name: 'ci/release' })] },
    before: {},
  },
  'state: Absent': { world: { declarations: [declare({ state: 'Absent' })] } },
  'an older token that waits': {
    world: {
      tokens: [
        token('t0', { createdAt: Date.parse('2026-10-01T12:00:00Z') }),
        token('t1', { generation: 2 }),
      ],
      places: {
        a: reading(
          receipt('t1', {
            generation: 2,
            previous: [{ id: 't0', generation: 1, revokeNotBefore: Date.parse('2026-11-11'), overlap: day }],
          }),
        ),
      },
    },
  },
};

describe('a plan from marks alone', () => {
  for (const [what, { world, before }] of Object.entries(same)) {
    it(`shows ${what} as the full plan does, with the same digests`, () => {
      const full = planOf(world);
      const shown = planFromMarks(world, before ? { before } : {});
      expect(summary(shown)).toEqual(summary(full));
      expect(shown.digest).toBe(full.digest);
      const owners = what === 'a token that is new' ? 0 : 1;
      expect(shown.assumed).toEqual({ owners, warnings: [] });
    });
  }

  it('keeps what could be read', () => {
    const tampered = reading(receipt('t1'), { kind: 'foreign' });
    const input = inputOf({ places: { a: tampered } });
    const made = plan(assume(input, { marks: 'own', before: undefined, readable: new Set() }));
    expect(rows(made)).toEqual(['rotate Tampered drift']);
  });

  it('takes a declaration that was not known before as delivered where it is declared', () => {
    const made = planFromMarks({}, { before: { declarations: [] } });
    expect(rows(made)).toEqual(['keep Current']);
  });

  it('leaves marks of another owner alone where ours is known', () => {
    const made = planFromMarks({ tokens: [token('x', { owner: stranger })] });
    expect(rows(made)).toEqual(['create Missing config']);
  });

  it('counts marks of every owner where whoever applies has another identity, and says how many', () => {
    const wider = [declare({ spec: spec({ scopes: ['all'] }) })];
    const one = planFromMarks(
      { declarations: wider, tokens: [token('x', { owner: stranger })] },
      { marks: 'every' },
    );
    expect(rows(one)).toEqual(['rotate SpecChanged config']);
    expect(one).toMatchObject({ assumed: { owners: 1 }, warnings: [] });
    const tokens = [token('x', { owner: stranger }), token('y', { generation: 2 })];
    const two = planFromMarks({ declarations: wider, tokens }, { marks: 'every' });
    expect(two.assumed?.owners).toBe(2);
    expect(two.warnings[0]).toMatch(/^2 owners have tokens under the names of this set/);
  });

  it('does not count marks of names that the set never had', () => {
    const tokens = [token('t1'), token('x', { owner: stranger, declaration: 'other/thing' })];
    const made = planFromMarks({ tokens }, { marks: 'every' });
    expect(rows(made)).toEqual(['keep Current']);
    expect(made).toMatchObject({ assumed: { owners: 1 }, counts: { owned: 1 } });
  });

  it('is not made for a user whose tokens cannot be listed', () => {
    const made = planFromMarks({ tokens: { kind: 'unknown', why: 'listing failed: 503' } });
    expect(rows(made)).toEqual(['keep Unobserved']);
  });
});
