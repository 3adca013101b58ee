// What no token shows: how it is rotated, by which provider, and whose it was. Receipts keep what was
// approved, and until somebody approves a change of it the former terms hold.
import { describe, expect, it } from '@jest/globals';
import { hashOwner } from '../../../src/core/mark.ts';
import type { Declaration, TokenSet } from '../../../src/core/manifest/types.ts';
import type { Owner, Plan } from '../../../src/core/plan/types.ts';
import type { Receipt } from '../../../src/core/receipt.ts';
import { termsOf } from '../../../src/core/terms.ts';
import { buildSet } from './manifest.ts';
import {
  day,
  declare,
  destination,
  hour,
  minute,
  now,
  only,
  owner,
  planOf,
  previous,
  reading,
  receipt,
  rows,
  stranger,
  token,
  type World,
} from './world.ts';

const to = [destination('a')];

/** A receipt that says what was approved. */
function agreed(changes: Parameters<typeof receipt>[1] = {}, set: TokenSet = buildSet({})): Receipt {
  const terms = termsOf(set, declare());
  return receipt('t1', { terms: { ...terms, owners: [...terms.owners] }, ...changes });
}

function under(rotation: Partial<Declaration['rotation']>): Declaration {
  return declare({ rotation: { ...declare().rotation, ...rotation } });
}

function approve(world: World, ...digests: readonly (string | undefined)[]): Plan {
  return planOf({ ...world, requests: { approved: new Set(digests.flatMap((digest) => digest ?? [])) } });
}

describe('terms that nobody approved', () => {
  const served = { a: reading(agreed()) };

  it('are shown with what differs, and are written once approved', () => {
    const world = { declarations: [under({ overlapMs: minute, everyMs: 30 * day })], places: served };
    const change = only(planOf(world), 'mend');
    expect(change).toMatchObject({ reason: 'TermsChanged', cause: 'config', mend: { what: 'terms' } });
    expect(change.fields.map(({ field, old, new: next }) => `${field}: ${old} → ${next}`)).toEqual([
      'rotation.overlap: 1d → 1m',
      'rotation.every: none → 30d',
    ]);
    expect(approve(world).changes.map(({ kind, approved }) => [kind, approved])).toEqual([['mend', false]]);
    const made = only(approve(world, change.digest), 'mend');
    expect(made).toMatchObject({ approved: true, mend: { terms: { overlap: minute, every: 30 * day } } });
  });

  it('shorten no overlap', () => {
    const old = [token('t1', { to, createdAt: now - 80 * day })];
    const world = { declarations: [under({ overlapMs: minute })], tokens: old, places: served };
    const [waits] = approve(world).changes;
    expect(waits).toMatchObject({
      kind: 'rotate',
      issue: { supersedes: [{ overlapMs: day }], terms: { overlap: day } },
    });
    const digest = only(planOf(world), 'mend').digest;
    const [approved] = approve(world, digest).changes;
    expect(approved).toMatchObject({
      issue: { supersedes: [{ overlapMs: minute }], terms: { overlap: minute } },
    });
  });

  it('neither rotate more often nor too late', () => {
    const aged = (days: number) => [token('t1', { to, createdAt: now - days * day })];
    const often = { declarations: [under({ everyMs: 5 * day })], tokens: aged(10), places: served };
    expect(rows(approve(often))).toEqual(['mend TermsChanged config']);
    expect(rows(planOf(often))[0]).toBe('rotate RotationDue clock');
    const late = { declarations: [under({ renewBeforeMs: hour })], tokens: aged(80), places: served };
    expect(rows(approve(late))[0]).toBe('rotate RotationDue clock');
  });

  it('end no waiting for idleness', () => {
    const tokens = [
      token('t0', { to, createdAt: now - 60 * day, lastUsedAt: now - minute }),
      token('t1', { to, generation: 2, createdAt: now - 2 * day }),
    ];
    const current = {
      ...agreed({ generation: 2 }).current,
      deliveredAt: now - 2 * day,
    } as Receipt['current'];
    const waits = agreed({ current, previous: [previous('t0', { revokeNotBefore: now - day })] });
    const world = { declarations: [under({ idle: undefined })], tokens, places: { a: reading(waits) } };
    expect(rows(approve(world))).toEqual(['mend TermsChanged config']);
    expect(rows(planOf(world))).toContain('revoke Superseded clock');
  });

  it('reach no other provider', () => {
    const set = {
      provider: { kind: 'aiven', config: { url: 'https://evil.example' }, position: buildSet({}).position },
    };
    const world = { set, tokens: [], places: served };
    expect(rows(approve(world))).toEqual(['keep AwaitingApproval', 'mend TermsChanged config']);
    const shown = only(approve(world), 'mend');
    expect(shown.fields).toMatchObject([{ field: 'provider', new: 'aiven https://evil.example' }]);
    expect(rows(approve(world, shown.digest))[0]).toBe('rotate CurrentTokenGone drift');
  });

  it('are not asked for by a receipt of an older keyturn, which says none', () => {
    const world = { declarations: [under({ overlapMs: minute })] };
    expect(rows(approve(world))).toEqual(['keep Current']);
  });

  it('do not come with a first token that was approved under other terms', () => {
    const fresh = { tokens: [], places: { a: reading(undefined) } };
    const digest = only(planOf(fresh), 'create').digest;
    const short = { ...fresh, declarations: [under({ overlapMs: minute })] };
    expect(approve(short, digest).changes.filter(({ approved }) => approved)).toMatchObject([
      { kind: 'keep' },
    ]);
  });
});

describe('a digest', () => {
  it('is another one for another provider, whatever it is about', () => {
    const position = { file: 'tokens.yaml', line: 7, column: 9 };
    const elsewhere = { provider: { kind: 'aiven', config: { organizationId: 'org2' }, position } };
    const gone = [destination('b')];
    const worlds: readonly World[] = [
      { tokens: [], places: { a: reading(undefined) } },
      { declarations: [declare({ state: 'Absent' })] },
      { declarations: [], places: {} },
      { users: [{ state: 'Absent' }], declarations: [], tokens: [], places: {} },
      { users: [{ name: 'new' }], declarations: [], tokens: [], places: {} },
      {
        declarations: [declare({ deliverTo: [...to, ...gone] })],
        places: { a: reading(receipt('t1')), b: reading(undefined) },
      },
      {
        observation: { dropped: new Map([['ci/deploy', gone]]) },
        places: { a: reading(receipt('t1')), b: reading(receipt('t1')) },
      },
    ];
    for (const world of worlds) {
      const digests = (made: Plan) => made.changes.flatMap(({ digest }) => digest ?? []);
      const [here, there] = [digests(planOf(world)), digests(planOf({ ...world, set: elsewhere }))];
      expect(here.length).toBeGreaterThan(0);
      expect(here.filter((digest) => there.includes(digest))).toEqual([]);
    }
  });
});

describe('a former owner that nobody approved', () => {
  const formerOwners = [{ ownerId: 'someone-else', name: 'payments' }];
  const heir: Owner = { ...owner, former: new Map([[stranger, 'someone-else of set "payments"']]) };
  const theirs = { owner: stranger, to, createdAt: now - 30 * day };
  const claim = { set: { formerOwners }, owner: heir };

  it('loses no token to a set that names it', () => {
    const tokens = [token('t1', { to }), token('x', { ...theirs, generation: 4 })];
    const world = { ...claim, tokens, places: { a: reading(agreed()) } };
    expect(approve(world).changes.map(({ kind, reason, approved }) => [kind, reason, approved])).toEqual([
      ['mend', 'HandedOver', false],
    ]);
    const due = [token('t1', { to, createdAt: now - 80 * day }), token('x', { ...theirs, generation: 4 })];
    expect(only(approve({ ...world, tokens: due }), 'rotate').issue.terms.owners).toEqual([]);
    // With an approval its token counts as ours, and as one that nobody serves.
    const digest = only(planOf(world), 'mend').digest;
    expect(
      planOf(world).changes.flatMap((change) => (change.kind === 'drain' ? change.tokenId : [])),
    ).toEqual(['x']);
    expect(rows(approve(world, digest))).toContain('drain Orphaned drift');
  });

  it('keeps the place that its receipt is at', () => {
    const place = reading(receipt('x', { owner: stranger, generation: 4 }));
    const world = {
      ...claim,
      tokens: [token('x', { ...theirs, generation: 4, createdAt: now - 80 * day })],
      places: { a: place },
    };
    const made = approve(world);
    expect(rows(made)).toEqual(['keep AwaitingApproval', 'mend HandedOver config']);
    expect(made.changes[1]).toMatchObject({ approved: false, digest: only(planOf(world), 'mend').digest });
    const after = approve(world, made.changes[1]?.digest);
    expect(rows(after)).toEqual(['rotate RotationDue clock', 'mend HandedOver config']);
    expect(only(after, 'mend')).toMatchObject({ approved: true, mend: { terms: { owners: [stranger] } } });
  });

  it('stays approved, as the receipts say', () => {
    const set = buildSet({ set: { formerOwners } });
    const tokens = [token('x', { ...theirs, generation: 4 })];
    const current = { ...agreed({ generation: 4 }).current, id: 'x' } as Receipt['current'];
    const place = reading(agreed({ current }, set));
    expect(rows(approve({ ...claim, tokens, places: { a: place } }))).toEqual(['keep Current']);
    const without = { tokens, places: { a: place } };
    expect(rows(approve(without))).toContain('mend HandedOver config');
    const due = [token('x', { ...theirs, generation: 4, createdAt: now - 80 * day })];
    const rotated = only(approve({ ...without, tokens: due }), 'rotate');
    expect(rotated.issue.supersedes).toMatchObject([{ id: 'x' }]);
  });

  it('is another one under another name', () => {
    const world = { ...claim, places: { a: reading(agreed()) } };
    const digest = only(planOf(world), 'mend').digest;
    const set = { formerOwners: [{ ownerId: 'someone-else', name: 'billing' }] };
    const other = new Map([[hashOwner('someone-else', 'billing'), 'another']]);
    const claimed = { ...world, set, owner: { ...owner, former: other } };
    expect(only(approve(claimed, digest), 'mend')).toMatchObject({ approved: false });
  });
});
