// Creating tokens: what a request may hold, what the value is, what it lives by.
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { start } from './harness.ts';

/** The payload of a value, read the way anybody can. */
function payloadOf(value: string): Record<string, unknown> {
  const body = Buffer.from(value.split('.')[2] ?? '', 'base64url');
  return JSON.parse(body.subarray(0, -64).toString()) as Record<string, unknown>;
}

describe('a created token', () => {
  it('is answered with its id and its value, and listed without it', async () => {
    const api = await start();
    const { status, body, text } = await api.call('POST /tokens', { userId: 2, description: 'ci' });
    expect([status, Object.keys(body)]).toEqual([200, ['token', 'tokenId']]);
    const [token] = await api.tokensOf('determined');
    expect(token).toEqual({
      id: body.tokenId,
      userId: 2,
      expiry: '2026-12-02T10:00:00.000004Z',
      createdAt: '2026-11-02T10:00:00.000004Z',
      tokenType: 'TOKEN_TYPE_ACCESS_TOKEN',
      revoked: false,
      description: 'ci',
    });
    expect(text).toMatch(/^\{"token":"v2\.public\.[A-Za-z0-9_-]+\.bnVsbA","tokenId":3\}$/);
    expect(await api.use(body.token ?? '')).toBe('200');
  });

  it('has a payload that anybody can read, with nanoseconds that agree with the list', async () => {
    const api = await start();
    const { id, value } = await api.newToken(2, { description: 'a <b> & c' });
    const { expiry, created_at: created, ...rest } = payloadOf(value);
    expect(rest).toEqual({
      id,
      user_id: 2,
      token_type: 'ACCESS_TOKEN',
      revoked_at: null,
      description: 'a <b> & c',
      InheritedClaims: null,
    });
    expect(Object.keys(payloadOf(value))).toEqual([
      'id',
      'user_id',
      'expiry',
      'created_at',
      'token_type',
      'revoked_at',
      'description',
      'InheritedClaims',
    ]);
    const [listed] = await api.tokensOf('determined');
    const micros = (text: unknown): string => String(text).slice(0, 26);
    expect([micros(created), micros(expiry)]).toEqual([micros(listed?.createdAt), micros(listed?.expiry)]);
    const raw = Buffer.from(value.split('.')[2] ?? '', 'base64url').toString();
    expect(raw).toContain('a \\u003cb\\u003e \\u0026 c');
  });

  it('is signed over its payload and its footer by the one key of the cluster', async () => {
    const stateFile = join(tmpdir(), `keyturn-determined-${process.pid}-${Date.now()}.json`);
    try {
      const api = await start({}, { stateFile });
      const { value } = await api.newToken(2);
      const saved = JSON.parse(readFileSync(stateFile, 'utf8'));
      const der = Buffer.from(saved.services.determined.privateKey, 'base64');
      const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
      const body = Buffer.from(value.split('.')[2] ?? '', 'base64url');
      const piece = (bytes: Buffer): Buffer[] => [
        Buffer.from([bytes.length & 255, bytes.length >> 8, 0, 0, 0, 0, 0, 0]),
        bytes,
      ];
      const payload = body.subarray(0, -64);
      const signed = (footer: string): Buffer =>
        Buffer.concat([
          Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]),
          ...[Buffer.from('v2.public.'), payload, Buffer.from(footer)].flatMap(piece),
        ]);
      expect(verify(null, signed('null'), key, body.subarray(-64))).toBe(true);
      expect(verify(null, signed(''), key, body.subarray(-64))).toBe(false);
    } finally {
      rmSync(stateFile, { force: true });
    }
  });
});

describe('a lifespan', () => {
  const day = 86_400_000;
  const tooLong = '400 3 token Lifespan must be less than max token lifespan';
  const positive = '400 3 lifespan must be a Go-formatted duration string with a positive value';

  it.each([
    [undefined, 30 * day],
    [null, 30 * day],
    ['-1', 30 * day],
    ['720h', 30 * day],
    ['+720h', 30 * day],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5h', 1_800_000],
    ['1.h', 3_600_000],
    ['1h1h', 7_200_000],
    ['2s', 2_000],
    ['0', 0],
    ['0s', 0],
    ['+0', 0],
    ['-0', 0],
    ['-0s', 0],
  ])('of %p is granted, with 0 to 2 µs more', async (lifespan, ms) => {
    const api = await start();
    const made = await api.call('POST /tokens', { userId: 2, lifespan });
    expect(made.status).toBe(200);
    const [token] = await api.tokensOf('determined');
    const micros = (text = ''): number => Date.parse(text) * 1000 + Number(text.slice(23, 26));
    const more = micros(token?.expiry) - micros(token?.createdAt) - ms * 1000;
    expect([0, 1, 2]).toContain(more);
    expect(await api.use(made.body.token ?? '')).toBe(ms === 0 ? '401 16 invalid credentials' : '200');
  });

  it.each([
    ['720h0m0.000000001s', tooLong],
    ['721h', tooLong],
    ['-1h', positive],
    ['-1ns', positive],
    ['30d', '400 3 failed to parse lifespan 30d: time: unknown unit "d" in duration "30d"'],
    ['24H', '400 3 failed to parse lifespan 24H: time: unknown unit "H" in duration "24H"'],
    ['24h ', '400 3 failed to parse lifespan 24h : time: unknown unit "h " in duration "24h "'],
    ['1e3h', '400 3 failed to parse lifespan 1e3h: time: unknown unit "e" in duration "1e3h"'],
    ['30', '400 3 failed to parse lifespan 30: time: missing unit in duration "30"'],
    ['-2', '400 3 failed to parse lifespan -2: time: missing unit in duration "-2"'],
    ['-1.0', '400 3 failed to parse lifespan -1.0: time: missing unit in duration "-1.0"'],
    ['', '400 3 failed to parse lifespan : time: invalid duration ""'],
    ['infinite', '400 3 failed to parse lifespan infinite: time: invalid duration "infinite"'],
    [' 24h', '400 3 failed to parse lifespan  24h: time: invalid duration " 24h"'],
    ['h', '400 3 failed to parse lifespan h: time: invalid duration "h"'],
    ['2562048h', '400 3 failed to parse lifespan 2562048h: time: invalid duration "2562048h"'],
    [720, '400 3 json: cannot unmarshal number into Go value of type string'],
    [true, '400 3 json: cannot unmarshal bool into Go value of type string'],
  ])('of %p is refused', async (lifespan, verdict) => {
    const api = await start();
    expect((await api.call('POST /tokens', { userId: 2, lifespan })).verdict).toBe(verdict);
    expect(await api.tokensOf('determined')).toEqual([]);
  });

  it('may reach centuries ahead where the maximum is -1', async () => {
    const api = await start({ maxLifespanDays: -1 });
    const made = await api.call('POST /tokens', { userId: 2, lifespan: '2562024h' });
    expect(made.status).toBe(200);
    expect((await api.tokensOf('determined'))[0]?.expiry).toBe('2319-02-11T10:00:00.000004Z');
    expect((await api.call('POST /tokens', { userId: 2, lifespan: '2562025h' })).verdict).toBe(tooLong);
  });

  it('that was granted stays when the maximum is lowered', async () => {
    const api = await start();
    const { value } = await api.newToken(2);
    await api.control('POST toggles', { maxLifespanDays: 1, defaultLifespanDays: 1 });
    api.emulator.clock.advance(29 * day);
    expect(await api.use(value)).toBe('200');
  });
});

describe('creating', () => {
  it.each([99, 0, -1, undefined])('for user %p is 404', async (userId) => {
    const api = await start();
    expect((await api.call('POST /tokens', { userId, lifespan: 'bad' })).verdict).toBe(
      '404 5 user not found',
    );
  });

  it('checks the user, then the caller, then the lifespan', async () => {
    const api = await start();
    const { token } = await api.newUser('ann');
    const call = async (body: object): Promise<string> =>
      (await api.call('POST /tokens', body, { token })).verdict;
    expect(await call({ userId: 99, lifespan: 'bad' })).toBe('404 5 user not found');
    expect(await call({ userId: 2, lifespan: 'bad' })).toBe(
      '403 7 only admin privileged users can create token for own/other users',
    );
  });

  it('works for an inactive and for a remote user', async () => {
    const api = await start();
    const { id } = await api.newUser('far', { remote: true });
    await api.call('PATCH /users', { userIds: [id], activate: false });
    expect((await api.call('POST /tokens', { userId: id })).status).toBe(200);
  });

  it('is not idempotent, and each token lives on its own', async () => {
    const api = await start();
    const first = await api.newToken(2, { description: 'same' });
    const second = await api.newToken(2, { description: 'same' });
    await api.call(`PATCH /tokens/${first.id}`, { setRevoked: true });
    expect(await api.use(second.value)).toBe('200');
  });

  it.each([
    ['', ''],
    [null, ''],
    [' a ', ' a '],
    ['a\0b', 'ab'],
    ['a\ud800b', 'a\ufffdb'],
  ])('keeps of the description %j what a database keeps', async (description, kept) => {
    const api = await start();
    await api.newToken(2, { description });
    expect((await api.tokensOf('determined'))[0]?.description).toBe(kept);
  });

  it('leaves the value as it was when the description is edited later', async () => {
    const api = await start();
    const { id, value } = await api.newToken(2, { description: 'first' });
    await api.call(`PATCH /tokens/${id}`, { description: 'second' });
    expect(payloadOf(value)['description']).toBe('first');
    expect(await api.use(value)).toBe('200');
  });
});
