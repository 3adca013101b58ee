// What a plan carries besides its rows: what is superseded, in which words, under which digest.
import { describe, expect, it } from '@jest/globals';
import {
  day,
  declare,
  hour,
  minute,
  now,
  only,
  planOf,
  previous,
  reading,
  receipt,
  rows,
  spec,
  stranger,
  token,
} from './world.ts';

const nothingThere = { a: reading(undefined) };
const pending = (sinceMs: number) => ({ id: null, generation: 2, nonce: 'bbbbbb', since: now - sinceMs });

describe('what a rotation supersedes', () => {
  it('moves the current token into previous with the declared overlap', () => {
    const made = planOf({ requests: { rotate: new Set(['ci/deploy']) } });
    expect(only(made, 'rotate').issue).toMatchObject({
      generation: 2,
      supersedes: [{ id: 't1', generation: 1, overlapMs: day, compromised: false }],
    });
  });

  it('gives every older token no overlap at all after a compromise', () => {
    const made = planOf({
      declarations: [withRotation({ compromised: 'INC-1' })],
      tokens: [token('t1'), token('t2', { generation: 2 }), token('t9', { generation: 9 })],
      places: {
        a: reading(
          receipt('t2', { generation: 2, previous: [previous('t1', { revokeNotBefore: now + hour })] }),
        ),
      },
    });
    const { generation, supersedes } = only(made, 'rotate').issue;
    expect(generation).toBe(10);
    expect(supersedes.map(({ id, overlapMs, compromised }) => [id, overlapMs, compromised]).sort()).toEqual([
      ['t1', 0, true],
      ['t2', 0, true],
      ['t9', 0, true],
    ]);
  });

  it('takes current and the token of a cut-off attempt along', () => {
    const made = planOf({
      tokens: [token('t1'), token('t2', { generation: 2, nonce: 'bbbbbb' })],
      places: { a: reading(receipt('t1', { pending: pending(3 * minute) })) },
    });
    expect(
      only(made, 'rotate')
        .issue.supersedes.map(({ id }) => id)
        .sort(),
    ).toEqual(['t1', 't2']);
  });

  it('takes every live token along when there is no receipt', () => {
    const made = planOf({ tokens: [token('t1'), token('t2', { generation: 2 })], places: nothingThere });
    expect(only(made, 'rotate').issue).toMatchObject({ generation: 3 });
    expect(
      only(made, 'rotate')
        .issue.supersedes.map(({ id }) => id)
        .sort(),
    ).toEqual(['t1', 't2']);
  });

  it('never goes back in generations, whatever the receipt says', () => {
    const made = planOf({
      tokens: [token('t1'), token('t7', { generation: 7, createdAt: now - minute })],
      requests: { rotate: new Set(['ci/deploy']) },
    });
    expect(only(made, 'rotate').issue.generation).toBe(8);
  });
});

describe('what a plan says', () => {
  it('names the fields old → new, and what allows more', () => {
    const made = planOf({
      declarations: [declare({ spec: spec({ scopes: ['projects:read', 'services:write'] }) })],
    });
    const change = only(made, 'rotate');
    expect(change.message).toBe('scopes: projects:read → projects:read, services:write');
    expect(change.notes).toEqual([
      'the old token keeps working until 1d after delivery',
      'allows more than before: scopes',
    ]);
  });

  it('tells when the next rotation is due, jittered by at most a tenth', () => {
    const { nextDueAt } = only(planOf(), 'keep');
    const latest = now + (90 - 10 - 14) * day;
    expect(nextDueAt).toBeLessThanOrEqual(latest);
    expect(nextDueAt).toBeGreaterThanOrEqual(latest - 7.6 * day);
    expect(planOf().nextDue).toEqual({ subject: 'ci/deploy', at: nextDueAt });
  });

  it('counts unmanaged and foreign tokens and touches none of them', () => {
    const strange = token('t8', { owner: stranger });
    const made = planOf({ tokens: [token('t1'), token('t9', { description: 'made by hand' }), strange] });
    expect(rows(made)).toEqual(['keep Current']);
    expect(made.counts).toEqual({ declared: 1, owned: 1, unmanaged: 1, foreign: new Map([[stranger, 1]]) });
  });

  it('gives a config change the same digest whatever ids and times are', () => {
    const declarations = [declare({ spec: spec({ scopes: ['all'] }) })];
    const one = planOf({ declarations });
    const other = planOf({
      declarations,
      tokens: [token('zz', { generation: 5, createdAt: now - day })],
      places: { a: reading(receipt('zz', { generation: 5 })) },
    });
    expect(only(one, 'rotate').digest).toMatch(/^[0-9a-f]{20}$/);
    expect(only(other, 'rotate').digest).toBe(only(one, 'rotate').digest);
    expect(other.digest).toBe(one.digest);
  });

  it('is frozen, and so is every change', () => {
    const made = planOf();
    expect(Object.isFrozen(made.changes)).toBe(true);
    expect(Object.isFrozen(made.changes[0])).toBe(true);
  });
});

function withRotation(changes: Partial<ReturnType<typeof declare>['rotation']>) {
  return declare({ rotation: { ...declare().rotation, ...changes } });
}
