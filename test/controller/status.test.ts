// What else a TokenSet says of itself: its rows, and that nothing is written twice.
import { describe, expect, it } from '@jest/globals';
import {
  day,
  declare,
  hour,
  minute,
  now,
  reading,
  receipt,
  spec,
  stranger,
  token,
} from '../core/plan/world.ts';
import { breach, missing, none, overlap, planned, soon, statusOf } from './status-world.ts';

describe('observedGeneration', () => {
  it('stays behind while a change of the manifest is under way', () => {
    const before = statusOf(planned(), undefined, { generation: 1 });
    const changed = planned({ set: { declarations: [declare({ spec: spec({ scopes: [] }) })] } });
    const status = statusOf(changed, before);
    expect([status.observedGeneration, status.conditions?.[0]?.observedGeneration]).toEqual([1, 1]);
    expect(statusOf(planned(), status).observedGeneration).toBe(2);
  });

  it('is not told before the first token', () => {
    expect(statusOf(planned(none)).observedGeneration).toBeUndefined();
  });

  it.each([
    ['a failure', planned(missing, { ended: { outcome: 'failed', detail: 'no' } })],
    ['a refusal', planned({ ...none, places: { a: reading(receipt('x', { owner: stranger })) } })],
    ['what is invalid', { kind: 'held', reason: 'ManifestInvalid', message: 'bad.' } as const],
  ])('follows %s, which answers the person who changed the set', (_, outcome) => {
    expect(statusOf(outcome).observedGeneration).toBe(2);
  });
});

describe('the rows of a TokenSet', () => {
  it('tell what is known of a token, and no more', () => {
    expect(statusOf(planned(overlap))).toMatchObject({
      ready: '1/1',
      ownerId: expect.any(String),
      tokens: [
        {
          name: 'ci/deploy',
          health: 'rotating',
          id: 't1',
          generation: 2,
          issuedAt: '2026-11-10T12:00:00Z',
          expiresAt: '2027-02-08T12:00:00Z',
          previous: [{ id: 't0', generation: 1, revokeNotBefore: '2026-11-20T13:00:00Z' }],
        },
      ],
    });
  });

  it('give the next rotation of the set', () => {
    const { nextRotationAt, tokens = [] } = statusOf(planned());
    expect(nextRotationAt).toMatch(/^2027-01-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(tokens[0]?.nextRotationAt).toBe(nextRotationAt);
  });

  it('keep what was known of a declaration that the issuer stops', () => {
    const before = statusOf(planned());
    const [row] = statusOf(planned({}, { breaches: [breach] }), before).tokens ?? [];
    expect(row).toMatchObject({ id: 't1', health: 'blocked', reason: 'ScopeNotAllowed' });
  });

  it('keep what was known of a declaration that could not be seen', () => {
    const before = statusOf(planned());
    const unseen = planned({ places: { a: { kind: 'unknown', why: 'no answer' } } });
    expect(statusOf(unseen, before).tokens?.[0]).toMatchObject({ id: 't1', reason: 'Unobserved' });
  });
});

describe('an unchanged pass', () => {
  it('says the same, byte for byte', () => {
    const before = statusOf(planned(overlap));
    const after = statusOf(planned(overlap), before, { wallMs: now + hour });
    expect(JSON.stringify(after)).toBe(JSON.stringify(before));
  });

  it('says the same when a token was used within the hour', () => {
    const used = (lastUsedAt: number) => planned({ tokens: [token('t1', { lastUsedAt })] });
    const before = statusOf(used(now - 50 * minute));
    expect(statusOf(used(now), before)).toEqual(before);
    expect(statusOf(used(now + 2 * hour), before)).not.toEqual(before);
  });

  it('says the same when only the times in its sentences move on', () => {
    const dying = (expiresAt: number) =>
      planned({ tokens: [token('t1', { expiresAt })] }, { ended: { outcome: 'left', detail: undefined } });
    const before = statusOf(dying(soon));
    const after = statusOf(dying(soon - day), before);
    expect(after.conditions).toEqual(before.conditions);
    expect(after.tokens?.[0]?.message).toBe(before.tokens?.[0]?.message);
  });
});
