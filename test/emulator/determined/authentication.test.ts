// Which credential counts, and what the others are told, in the master's order.
import { describe, expect, it } from '@jest/globals';
import { type Api, start } from './harness.ts';

const INVALID = '401 16 invalid credentials';

async function verdictOf(api: Api, headers: Readonly<Record<string, string>>): Promise<string> {
  return (await api.call('GET /me', undefined, { token: null, headers })).verdict;
}

describe('where a credential may be', () => {
  it('is the forwarded header first, then Authorization, then the cookie', async () => {
    const api = await start();
    const good = api.emulator.adminToken;
    const forwarded = 'grpc-metadata-x-user-token';
    expect(await verdictOf(api, {})).toBe('401 16 token missing');
    expect(await verdictOf(api, { [forwarded]: `Bearer ${good}`, authorization: 'Bearer x' })).toBe('200');
    expect(await verdictOf(api, { [forwarded]: 'Bearer x', authorization: `Bearer ${good}` })).toBe(INVALID);
    expect(await verdictOf(api, { authorization: 'Bearer x', cookie: `auth=${good}` })).toBe(INVALID);
    expect(await verdictOf(api, { cookie: `a=b; auth=${good}` })).toBe('200');
    expect(await verdictOf(api, { authorization: '', cookie: `auth=${good}` })).toBe('200');
    expect(await verdictOf(api, { authorization: '' })).toBe(INVALID);
  });

  it.each(['bearer TOKEN', 'Bearer  TOKEN', 'Token TOKEN', 'TOKEN'])('reads no %s', async (form) => {
    const api = await start();
    expect(await verdictOf(api, { authorization: form.replace('TOKEN', api.emulator.adminToken) })).toBe(
      INVALID,
    );
  });

  it('does not matter to calls that need none', async () => {
    const api = await start();
    expect((await api.call('GET /master', undefined, { token: 'x' })).status).toBe(200);
    expect((await api.call('GET /master/telemetry', undefined, { token: null })).status).toBe(200);
  });
});

describe('a credential', () => {
  it('is refused when a byte of payload, signature or footer differs', async () => {
    const api = await start();
    const good = api.emulator.adminToken;
    const change = (at: number): string =>
      good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1);
    expect(await api.use(good)).toBe('200');
    for (const bad of [
      change(30),
      change(good.length - 20),
      change(good.length - 6),
      good.replace('.bnVsbA', ''),
      'garbage',
    ]) {
      expect(await api.use(bad)).toBe(INVALID);
    }
  });

  it('of another cluster is refused', async () => {
    const [one, other] = [await start(), await start()];
    expect(await one.use(other.emulator.adminToken)).toBe(INVALID);
  });

  it('reads as expired before revoked, and as revoked before its user is inactive', async () => {
    const api = await start();
    const { id, value } = await api.newToken(2, { lifespan: '1h' });
    await api.call('PATCH /users', { userIds: [2], activate: false });
    expect(await api.use(value)).toBe('403 7 user does not have permission');
    await api.call(`PATCH /tokens/${id}`, { setRevoked: true });
    expect(await api.use(value)).toBe('401 16 user access token revoked');
    api.emulator.clock.advance(3_600_000);
    expect(await api.use(value)).toBe(INVALID);
    await api.control('POST users', { username: 'determined', remote: true });
    expect(await api.use(value)).toBe('401 16 remote user token expired');
  });

  it('works again once its user is active again', async () => {
    const api = await start();
    const { value } = await api.newToken(2);
    await api.call('PATCH /users', { userIds: [2], activate: false });
    await api.call('PATCH /users', { userIds: [2], activate: true });
    expect(await api.use(value)).toBe('200');
  });

  it('may revoke itself, and is dead for the next call', async () => {
    const api = await start();
    const { id, value } = await api.newToken(1);
    const { one } = await api.call(`PATCH /tokens/${id}`, { setRevoked: true }, { token: value });
    expect(one?.revoked).toBe(true);
    expect(await api.use(value)).toBe('401 16 user access token revoked');
  });
});
