// Who may read a secret of an organization is part of what is approved: a value goes to readers that somebody
// has seen, whatever causes it to be written.
import { describe, expect, it } from '@jest/globals';
import type { DestinationReference } from '../../../src/core/manifest/types.ts';
import {
  day,
  declare,
  destination,
  listed,
  now,
  only,
  planOf,
  reading,
  receipt,
  rows,
  token,
} from './world.ts';
import { done, expectApprovable, unapproved } from './unapproved.ts';

const [a, b] = [destination('a'), destination('b')];
const empty = reading(undefined);
const opaque = { kind: 'opaque', changed: false } as const;

describe('who may read a secret', () => {
  const shared = (readers: string): DestinationReference => ({ ...a, readers });
  const narrow = shared('repositories payments');
  const wide = [declare({ deliverTo: [shared('all repositories')] })];
  const served = { a: reading(receipt('t1'), opaque) };
  const tokens = [token('t1', { to: [narrow] })];

  it('is changed with a new value, after an approval', () => {
    const world = { declarations: wide, tokens, places: served };
    const change = only(planOf(world), 'rotate');
    expect(change).toMatchObject({ reason: 'ReadersChanged', cause: 'config' });
    expect(change.fields).toMatchObject([{ new: 'all repositories', widens: true }]);
    expect(done(unapproved(world))).toEqual([]);
    expectApprovable(world);
  });

  it('is not changed by the calendar, nor when a secret was deleted', () => {
    const old = [token('t1', { to: [narrow], createdAt: now - 80 * day })];
    expect(done(unapproved({ declarations: wide, tokens: old, places: served }))).toEqual([]);
    expect(done(unapproved({ declarations: wide, tokens, places: { a: empty } }))).toEqual([]);
    // Nor beside a place whose receipt knows the key.
    const declarations = [declare({ deliverTo: [b, shared('all repositories')] })];
    const both = receipt('t1', { destinations: ['kubernetesSecret/b', 'kubernetesSecret/a'] });
    const due = [token('t1', { to: [b, narrow], createdAt: now - 80 * day })];
    const places = { a: reading(both, opaque), b: reading(both) };
    expect(done(unapproved({ declarations, tokens: due, places }))).toEqual([
      ['rotate', 'RotationDue', ['kubernetesSecret/b']],
    ]);
  });

  it('is not changed when the token is gone and only the receipt tells who it was', () => {
    const { current } = receipt('t1');
    const narrowly = [token('x', { to: [narrow] })][0]?.description.match(/ d=(\S+)\]/)?.[1] ?? '';
    const told = receipt('t1', { current: current && { ...current, targets: narrowly } });
    const world = { declarations: wide, tokens: listed([]), places: { a: reading(told, opaque) } };
    expect(done(unapproved(world))).toEqual([]);
    const same = { ...world, declarations: [declare({ deliverTo: [narrow] })] };
    expect(done(unapproved(same))).toEqual([['rotate', 'CurrentTokenGone', ['kubernetesSecret/a']]]);
  });

  it('is no change for a token that does not tell, nor for what stays as it is', () => {
    expect(rows(planOf({ declarations: wide, tokens: [token('t1')], places: served }))).toEqual([
      'keep Current',
    ]);
    const same = [declare({ deliverTo: [narrow] })];
    expect(rows(planOf({ declarations: same, tokens, places: served }))).toEqual(['keep Current']);
  });

  it('is approved for whom the digest was shown', () => {
    const world = { declarations: wide, tokens, places: served };
    const digest = only(planOf(world), 'rotate').digest ?? '';
    const others = { ...world, declarations: [declare({ deliverTo: [shared('private repositories')] })] };
    expect(done(planOf({ ...others, requests: { approved: new Set([digest]) } }))).toEqual([]);
  });
});
