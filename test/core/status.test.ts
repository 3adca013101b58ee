import { describe, expect, it } from '@jest/globals';
import { plan } from '../../src/core/plan/plan.ts';
import type { PlanInput } from '../../src/core/plan/types.ts';
import { type DeclarationStatus, summarize } from '../../src/core/status.ts';
import { buildSet } from './plan/manifest.ts';
import {
  at,
  day,
  declare,
  destination,
  hour,
  listed,
  now,
  owner,
  previous,
  reading,
  receipt,
  spec,
  stranger,
  token,
  user,
  type World,
} from './plan/world.ts';

/** The same world as in planning tests, with places by identity. */
function statusOf(world: Omit<World, 'places'> & { places?: PlanInput['observation']['readings'] } = {}) {
  const { tokens = [token('t1')], places = new Map([['kubernetesSecret/a', reading(receipt('t1'))]]) } =
    world;
  const input: PlanInput = {
    set: buildSet(world),
    title: 'aiven org1',
    owner,
    capabilities: {
      scopes: undefined,
      ipAllowlist: undefined,
      extendWhenUsed: true,
      lastUsed: true,
      updateDescription: { application: false, personal: true },
      descriptionLimit: 1_000,
      maxAgeSeconds: { min: 600, max: 315_360_000 },
      personalTokenQuota: 10,
      expiresWithoutMaxAge: false,
      removesUsers: true,
      massRevocation: undefined,
    },
    observation: {
      now,
      begunAt: now,
      users: { kind: 'listed', at, users: [user] },
      me: undefined,
      tokens: new Map([['u1', 'kind' in tokens ? tokens : listed(tokens)]]),
      readings: places,
      dropped: new Map(),
      swept: true,
      refused: new Set(),
      backOff: new Map(),
      ...world.observation,
    },
    requests: {
      rotate: new Set(),
      only: undefined,
      destroy: false,
      acknowledge: new Set(),
      approved: 'all',
      ...world.requests,
    },
    neighbours: [],
  };
  return summarize(input, plan(input));
}

function only(world: Parameters<typeof statusOf>[0]): DeclarationStatus {
  const { declarations } = statusOf(world);
  expect(declarations).toHaveLength(1);
  return declarations[0] as DeclarationStatus;
}

const health = (world: Parameters<typeof statusOf>[0]) => {
  const row = only(world);
  return row.reason === undefined ? row.health : `${row.health} ${row.reason}`;
};

describe('the health of a declaration', () => {
  it('is ok while its token is current, and tells everything about it', () => {
    const used = { lastUsedAt: now - hour, lastUsedFrom: '203.0.113.7' };
    const row = only({ tokens: [token('t1', used)] });
    expect(row).toMatchObject({
      name: 'ci/deploy',
      health: 'ok',
      reason: undefined,
      user: 'ci',
      userId: 'u1',
      tokenId: 't1',
      generation: 1,
      issuedAt: now - 10 * day,
      expiresAt: now + 80 * day,
      ...used,
      previous: [],
      destinations: [{ key: 'kubernetesSecret/a', state: 'current', why: undefined }],
    });
    expect(row.nextDueAt).toBeGreaterThan(now);
  });

  it('is rotating while the old token still works', () => {
    const held = reading(
      receipt('t2', { generation: 2, previous: [previous('t1', { revokeNotBefore: now + hour })] }),
    );
    const row = only({
      tokens: [token('t1'), token('t2', { generation: 2 })],
      places: new Map([['kubernetesSecret/a', held]]),
    });
    expect(row.health).toBe('rotating');
    expect(row.previous).toEqual([{ id: 't1', generation: 1, revokeNotBefore: now + hour, alive: true }]);
  });

  it('is due when the next apply changes something', () => {
    expect(health({ declarations: [declare({ spec: spec({ scopes: ['other:read'] }) })] })).toBe(
      'due SpecChanged',
    );
    expect(health({ tokens: [token('t1', { expiresAt: now + 13 * day })] })).toBe('due RotationDue');
  });

  it('is overdue within half of renewBefore, also when something holds the rotation back', () => {
    const tokens = [token('t1', { expiresAt: now + 6 * day })];
    expect(health({ tokens })).toBe('overdue RotationDue');
    const backOff = new Map([['ci/deploy', now + hour]]);
    expect(health({ tokens, observation: { backOff } })).toBe('overdue BackingOff');
  });

  it('is expired when the token is dead, listed or not', () => {
    expect(health({ tokens: [token('t1', { expiresAt: now - hour })] })).toBe('expired Expired');
    const old = receipt('t1', {});
    const issuedAt = now - 100 * day;
    const current = old.current ? { ...old.current, issuedAt, deliveredAt: issuedAt } : null;
    const places = new Map([['kubernetesSecret/a', reading({ ...old, current })]]);
    expect(health({ tokens: [], places })).toBe('expired Expired');
  });

  it('is missing before the first apply and after a revocation by hand', () => {
    expect(health({ tokens: [], places: new Map([['kubernetesSecret/a', reading(undefined)]]) })).toBe(
      'missing Missing',
    );
    expect(health({ tokens: [] })).toBe('missing CurrentTokenGone');
  });

  it('is blocked with the reason when nothing may be done', () => {
    const row = only({ tokens: { kind: 'unknown', why: 'listing failed' } });
    expect(row).toMatchObject({ health: 'blocked', reason: 'Unobserved' });
    expect(row.message).toContain('listing failed');
    const wider = [declare({ spec: spec({ scopes: ['other:read'] }) })];
    expect(health({ declarations: wider, requests: { approved: new Set() } })).toBe('blocked SpecChanged');
  });

  it('is suspended or absent when the manifest says so', () => {
    expect(health({ declarations: [declare({ suspend: true })] })).toBe('suspended Suspended');
    expect(health({ declarations: [declare({ state: 'Moved' })] })).toBe('suspended Moved');
    expect(health({ declarations: [declare({ state: 'Absent' })] })).toBe('absent Absent');
  });

  it('looks at chosen declarations only', () => {
    const declarations = [declare(), declare({ name: 'ci/other' })];
    const chosen = statusOf({ declarations, requests: { only: new Set(['ci/deploy']) } });
    expect(chosen.declarations.map(({ name }) => name)).toEqual(['ci/deploy']);
  });
});

describe('the destinations of a declaration', () => {
  it('are told apart by what lies there', () => {
    const deliverTo = ['a', 'lost', 'older', 'edited', 'unread', 'corrupt', 'stranger', 'twin', 'hand'].map(
      (name) => destination(name),
    );
    const key = (name: string): string => `kubernetesSecret/${name}`;
    const theirs = { ...receipt('t9'), owner: stranger };
    const twin = receipt('t1', { token: 'ci/other' });
    const row = only({
      tokens: [token('t1', { generation: 2 }), token('t0')],
      declarations: [declare({ deliverTo }), declare({ name: 'ci/other', deliverTo: [destination('z')] })],
      requests: { only: new Set(['ci/deploy']) },
      places: new Map([
        [key('a'), reading(receipt('t1', { generation: 2 }))],
        [key('lost'), reading(undefined)],
        [key('older'), reading(receipt('t0'))],
        [key('edited'), reading(receipt('t1', { generation: 2 }), { kind: 'opaque', changed: true })],
        [key('unread'), { kind: 'unknown', why: 'forbidden' }],
        [key('corrupt'), reading({ kind: 'corrupt', why: 'it is not JSON' })],
        [key('stranger'), reading(theirs)],
        [key('twin'), reading(twin)],
        [key('hand'), reading(undefined, { kind: 'foreign' })],
      ]),
    });
    expect(row.destinations.map(({ key: at, state }) => `${at.split('/')[1]} ${state}`)).toEqual([
      'a current',
      'lost lacks',
      'older lacks',
      'edited changed',
      'unread unread',
      'corrupt unread',
      'stranger taken',
      'twin taken',
      'hand taken',
    ]);
    expect(row.destinations[4]?.why).toBe('forbidden');
    expect(row.destinations[6]?.why).toBe('it belongs to another owner');
    expect(row.destinations[7]?.why).toBe('it holds "ci/other"');
    expect(row.health).toBe('blocked');
  });
});
