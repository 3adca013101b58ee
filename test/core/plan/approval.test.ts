// Quotas of personal tokens, config changes that nobody approved, and damaged marks.
import { describe, expect, it } from '@jest/globals';
import { formatDescription } from '../../../src/core/mark.ts';
import {
  day,
  declare,
  destination,
  listed,
  now,
  only,
  owner,
  planOf,
  reading,
  receipt,
  rows,
  spec,
  token,
  user,
} from './world.ts';

const nothingThere = { a: reading(undefined) };

describe('personal tokens', () => {
  const me = { ...user, id: 'me1', name: 'me', personal: true, at: 'aiven/org1/me1' };
  const mine = declare({ name: 'me/laptop', user: 'me', personal: true });
  const others = (count: number) =>
    Array.from({ length: count }, (_, rank) => token(`x${rank}`, { description: 'made by hand' }));

  it('creates one while a slot is free', () => {
    const tokens = new Map([['me1', listed(others(9))]]);
    const made = planOf({
      users: [],
      declarations: [mine],
      places: nothingThere,
      observation: { me, tokens },
    });
    expect(rows(made)).toEqual(['create Missing config']);
  });

  it('waits when the quota of ten is used up', () => {
    const tokens = new Map([['me1', listed(others(10))]]);
    const made = planOf({
      users: [],
      declarations: [mine],
      places: nothingThere,
      observation: { me, tokens },
    });
    expect(rows(made)).toEqual(['keep QuotaReached']);
  });
});

describe('approval', () => {
  const wider = declare({ spec: spec({ scopes: ['all'] }) });
  const nobody = { approved: new Set<string>() };

  it('leaves an unapproved config change and shows it', () => {
    const made = planOf({ declarations: [wider], requests: nobody });
    expect(made.changes.map(({ kind, reason, approved }) => [kind, reason, approved])).toEqual([
      ['keep', 'Current', true],
      ['rotate', 'SpecChanged', false],
    ]);
  });

  it('renews an unapproved token in time, as it was', () => {
    const made = planOf({
      declarations: [wider],
      requests: nobody,
      tokens: [token('t1', { createdAt: now - 77 * day })],
    });
    const [renewed] = made.changes;
    expect(renewed).toMatchObject({ kind: 'rotate', reason: 'RotationDue', approved: true });
    expect(renewed?.kind === 'rotate' && renewed.issue.spec).toEqual(spec());
  });

  it('gives nobody wider scopes for deleting a token', () => {
    const made = planOf({ declarations: [wider], requests: nobody, tokens: listed([]) });
    expect(made.changes[0]).toMatchObject({ kind: 'keep', reason: 'AwaitingApproval' });
    expect(made.refusals).toHaveLength(1);
  });

  it('reissues a deleted token of an unchanged spec', () => {
    expect(rows(planOf({ requests: nobody, tokens: listed([]) }))).toEqual(['rotate CurrentTokenGone drift']);
  });

  it('creates nothing that nobody approved, and what was approved', () => {
    const fresh = { tokens: [], places: { a: reading(undefined) } };
    expect(
      planOf({ ...fresh, requests: nobody }).changes.map(({ kind, approved }) => [kind, approved]),
    ).toEqual([
      ['keep', true],
      ['create', false],
    ]);
    const digest = only(planOf(fresh), 'create').digest ?? '';
    const made = planOf({ ...fresh, requests: { approved: new Set([digest]) } });
    expect(made.changes.map(({ kind, approved }) => [kind, approved])).toEqual([['create', true]]);
  });

  it('issues nothing wider because a first attempt was cut off before its token came to be', () => {
    const pending = { id: null, generation: 1, nonce: 'abcdef', since: now - day };
    const cutOff = { tokens: [], places: { a: reading({ ...receipt(null), pending }) } };
    const digest = only(planOf({ tokens: [], places: nothingThere }), 'create').digest ?? '';
    const requests = { approved: new Set([digest]) };
    expect(rows(planOf({ ...cutOff, requests }))).toEqual(['create Missing config']);
    const made = planOf({ ...cutOff, requests, declarations: [wider] });
    expect(made.changes.map(({ kind, approved }) => [kind, approved])).toEqual([
      ['keep', true],
      ['create', false],
    ]);
  });

  it('gives nobody wider scopes for deleting a destination', () => {
    const made = planOf({ declarations: [wider], requests: nobody, places: { a: reading(undefined) } });
    expect(rows(made)).toEqual(['rotate Missing drift']);
    expect(only(made, 'rotate').issue.spec.scopes).toEqual(['projects:read']);
  });

  it('delivers by the calendar only where somebody approved that it goes', () => {
    const declarations = [declare({ deliverTo: [destination('b'), destination('a')] })];
    const due = { tokens: [token('t1', { createdAt: now - 80 * day })], declarations };
    const places = { a: reading(receipt('t1')), b: reading(undefined) };
    const made = planOf({ ...due, places, requests: nobody });
    const [change] = made.changes.filter(({ kind, approved }) => kind === 'rotate' && approved);
    expect(change).toMatchObject({
      reason: 'RotationDue',
      issue: { destinations: ['kubernetesSecret/a'] },
    });
  });

  it('shows an approved withdrawal once beside a rotation that nobody approved', () => {
    const dropped = new Map([['ci/deploy', [destination('b')]]]);
    const held = reading(receipt('t1', { destinations: ['kubernetesSecret/a', 'kubernetesSecret/b'] }));
    const world = { declarations: [wider], places: { a: held, b: held }, observation: { dropped } };
    const digest = only(planOf(world), 'withdraw').digest ?? '';
    const made = planOf({ ...world, requests: { approved: new Set([digest]) } });
    expect(rows(made)).toEqual(['keep Current', 'withdraw Withdrawn config', 'rotate SpecChanged config']);
  });

  it('applies what was approved by its digest', () => {
    const digest = only(planOf({ declarations: [wider] }), 'rotate').digest ?? '';
    const made = planOf({ declarations: [wider], requests: { approved: new Set([digest]) } });
    expect(made.changes.map(({ reason, approved }) => [reason, approved])).toEqual([['SpecChanged', true]]);
    expect(only(made, 'rotate').issue.spec.scopes).toEqual(['all']);
  });
});

describe('a mark', () => {
  it('is not ours when only its end was copied', () => {
    const mark = {
      owner: owner.hash,
      declaration: 'ci/deploy',
      generation: 1,
      specHash: '1aaaaaaa',
      nonce: 'aaaaaa',
    };
    const damaged = formatDescription('', mark).replace('[keyturn', '[keytur');
    expect(planOf({ tokens: [token('t1'), token('t2', { description: damaged })] }).counts.unmanaged).toBe(1);
  });
});
