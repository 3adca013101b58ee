// Logging in and out, and what lives by which credential.
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ADMIN_PASSWORD } from '../../../src/emulator/determined/seed.ts';
import { type Api, start } from './harness.ts';

/** As a client hashes it. */
const hashed = (password: string): string =>
  createHash('sha512').update(`GubPEmmotfiK9TMD6Zdw${password}`).digest('hex');

async function logIn(
  api: Api,
  fields: object,
): Promise<{ readonly verdict: string; readonly token: string }> {
  const { verdict, body } = await api.call('POST /auth/login', fields, { token: null });
  return { verdict, token: body.token ?? '' };
}

describe('login', () => {
  it('answers a session of seven days, to the plain and to the hashed password', async () => {
    const api = await start();
    const plain = { username: 'admin', password: ADMIN_PASSWORD };
    const answer = await api.call('POST /auth/login', plain, { token: null });
    expect(answer.text).toMatch(/^\{"token":"v2\.public\.[^"]+","user":\{"id":1,"username":"admin",/);
    expect(answer.headers.get('set-cookie')).toBe(
      `auth=${answer.body.token}; Path=/; Expires=Mon, 09 Nov 2026 10:00:00 GMT`,
    );
    expect(answer.body.user?.lastAuthAt).toBe('2026-11-02T10:00:00.000004Z');
    const password = hashed(ADMIN_PASSWORD);
    const { token } = await logIn(api, { username: 'admin', password, is_hashed: true });
    expect(await api.use(token)).toBe('200');
    api.emulator.clock.advance(7 * 86_400_000);
    expect(await api.use(token)).toBe('401 16 invalid credentials');
  });

  it.each([
    ['an empty name', { username: '', password: 'x' }, '400 3 missing argument: username'],
    ['an unknown user', { username: 'nobody', password: 'x' }, '401 16 invalid credentials'],
    ['a wrong password', { username: 'admin', password: 'x' }, '401 16 invalid credentials'],
    ['another casing', { username: 'Admin', password: ADMIN_PASSWORD }, '401 16 invalid credentials'],
    [
      'the wrong form',
      { username: 'admin', password: ADMIN_PASSWORD, isHashed: true },
      '401 16 invalid credentials',
    ],
    [
      'the hash without the flag',
      { username: 'admin', password: hashed(ADMIN_PASSWORD) },
      '401 16 invalid credentials',
    ],
  ])('refuses %s', async (_, fields, verdict) => {
    const api = await start();
    expect((await logIn(api, fields)).verdict).toBe(verdict);
  });

  it('takes the empty password as it is, hashed or not', async () => {
    const api = await start({}, { seed: { password: '' } });
    expect((await logIn(api, { username: 'admin' })).verdict).toBe('200');
    expect((await logIn(api, { username: 'admin', password: '', isHashed: true })).verdict).toBe('200');
  });

  it('tells an inactive user from a wrong password, and refuses remote users', async () => {
    const api = await start();
    await api.call('PATCH /users', { userIds: [2], activate: false });
    const right = { username: 'determined', password: ADMIN_PASSWORD };
    expect((await logIn(api, right)).verdict).toBe('403 7 user is not active');
    expect((await logIn(api, { ...right, password: 'x' })).verdict).toBe('401 16 invalid credentials');
    await api.newUser('far', { password: ADMIN_PASSWORD, remote: true });
    expect((await logIn(api, { ...right, username: 'far' })).verdict).toBe('401 16 invalid credentials');
  });

  it('uses up an id of the sequence that access tokens have too', async () => {
    const api = await start();
    const before = (await api.newToken(2)).id;
    await logIn(api, { username: 'admin', password: ADMIN_PASSWORD });
    expect((await api.newToken(2)).id).toBe(before + 2);
  });
});

describe('logout', () => {
  it('ends a session, and leaves an access token alone', async () => {
    const api = await start();
    const { token } = await logIn(api, { username: 'admin', password: ADMIN_PASSWORD });
    const out = await api.call('POST /auth/logout', undefined, { token });
    expect([out.text, out.headers.get('set-cookie')]).toEqual([
      '{}',
      'auth=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ]);
    expect(await api.use(token)).toBe('401 16 invalid credentials');
    expect((await api.call('POST /auth/logout', undefined, { token })).status).toBe(401);
    await api.call('POST /auth/logout');
    expect(await api.use(api.emulator.adminToken)).toBe('200');
  });
});

describe('the use of a token', () => {
  it('does not count as authentication of its user', async () => {
    const api = await start();
    expect((await api.call('GET /me')).text).not.toContain('lastAuthAt');
    await logIn(api, { username: 'admin', password: ADMIN_PASSWORD });
    expect((await api.call('GET /auth/user')).text).toContain('"lastAuthAt":"2026-11-02T10:00:00.00000');
  });
});
