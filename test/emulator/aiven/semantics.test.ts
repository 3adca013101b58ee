// Behaviour the wire reference documents as P1 to P21 and section 2, where neither a toggle nor a schema
// speaks of it.
import { describe, expect, it } from '@jest/globals';
import { ADMIN_EMAIL, ADMIN_PASSWORD } from '../../../src/emulator/aiven/seed.ts';
import { type Api, start } from '../harness.ts';

const USERS = '/organization/{org}/application-users';
const LOGIN = { email: ADMIN_EMAIL, password: ADMIN_PASSWORD };

const permit = (api: Api, user: string, ...permissions: string[]): Promise<unknown> =>
  api.call(`PATCH /organization/{org}/permissions/organization/${api.emulator.organizationId}`, {
    operation: 'grant',
    permissions: [{ principal_id: user, principal_type: 'user', permissions }],
  });

describe('who may do what', () => {
  it('lets app_users:write revoke any token, but issue only for users without permissions', async () => {
    const api = await start();
    const [plain, powerful, writer] = [
      await api.newUser('plain'),
      await api.newUser('power'),
      await api.newUser('w'),
    ];
    await permit(api, powerful, 'organization:billing:read');
    await permit(api, writer, 'organization:app_users:write');
    const { body: held } = await api.newToken(powerful);
    const token = (await api.newToken(writer)).body.full_token ?? '';
    const issue = (user: string): Promise<{ readonly status: number }> =>
      api.call(`POST ${USERS}/${user}/access-tokens`, { description: 'd' }, { token });
    expect((await issue(plain)).status).toBe(200);
    expect((await issue(powerful)).status).toBe(403);
    const one = `${USERS}/${powerful}/access-tokens`;
    expect((await api.call(`GET ${one}`, undefined, { token })).status).toBe(200);
    const revoke = `DELETE ${one}/${encodeURIComponent(held.token_prefix ?? '')}`;
    expect((await api.call(revoke, undefined, { token })).status).toBe(204);
    await permit(api, writer, 'role:organization:admin');
    expect((await issue(powerful)).status).toBe(200);
  });

  it('refuses users without permission, strangers, and scopes that are not held', async () => {
    const api = await start();
    const user = await api.newUser();
    const plain = (await api.newToken(user)).body.full_token ?? '';
    expect((await api.call(`GET ${USERS}`, undefined, { token: plain })).status).toBe(403);
    const stranger = (await api.control('POST users', { email: 's@example.com' })).body.token ?? '';
    expect((await api.call(`GET ${USERS}`, undefined, { token: stranger })).status).toBe(403);
    const scopes = ['accounts:read', 'authentication'];
    const { body } = await api.call('POST /access_token', { description: 'reader', scopes });
    const token = body.full_token ?? '';
    expect((await api.call(`GET ${USERS}`, undefined, { token })).status).toBe(200);
    expect((await api.call(`POST ${USERS}`, { name: 'x' }, { token })).code).toBe('permission_denied');
  });
});

describe('the life of tokens', () => {
  it('serves a value once', async () => {
    const api = await start();
    const user = await api.newUser();
    const { body } = await api.newToken(user);
    const own = await api.call('POST /access_token', { description: 'x' });
    expect([body.full_token?.length, own.body.full_token?.length]).toEqual([372, 372]);
    expect(body.full_token).toMatch(/^[A-Za-z0-9+/]+={1,2}$/);
    expect(body.full_token?.slice(0, 12)).toBe(body.token_prefix);
    const later = [await api.call(`GET ${USERS}/${user}/access-tokens`), await api.call('GET /access_token')];
    for (const { text } of later) expect(text).not.toContain('full_token');
  });

  it('extends on use only where asked to, and shows who used it', async () => {
    const api = await start();
    const user = await api.newUser();
    const fields = { max_age_seconds: 3600, description: 'fixed' };
    const fixed = (await api.newToken(user, fields)).body.full_token ?? '';
    const extended = (await api.newToken(user, { ...fields, extend_when_used: true })).body.full_token ?? '';
    api.emulator.clock.advance(1_800_000);
    const headers = { 'user-agent': 'consumer/1.0 (linux)' };
    for (const token of [fixed, extended]) await api.call('GET /me', undefined, { token, headers });
    expect(await api.listTokens(user)).toMatchObject([
      { expiry_time: '2026-11-02T11:00:00Z', last_used_time: '2026-11-02T10:30:00Z' },
      { expiry_time: '2026-11-02T11:30:00Z', last_user_agent: 'consumer/1.0 (linux)', last_ip: '127.0.0.1' },
    ]);
  });

  it('marks the token that asks as currently active and no other', async () => {
    const api = await start();
    await api.call('POST /access_token', { description: 'x' });
    const { tokens = [] } = (await api.call('GET /access_token')).body;
    expect(tokens.map((token) => token.currently_active)).toEqual([true, false]);
  });

  it('ends all tokens of a deleted application user at once', async () => {
    const api = await start({ revokeLagMs: 6000 });
    const user = await api.newUser();
    const token = (await api.newToken(user)).body.full_token ?? '';
    expect((await api.call(`DELETE ${USERS}/${user}`)).status).toBe(204);
    expect((await api.call('GET /me', undefined, { token })).status).toBe(401);
    expect((await api.call(`GET ${USERS}/${user}`)).code).toBe('organization_user_not_found');
    expect((await api.call(`GET ${USERS}/${api.emulator.adminUserId}`)).code).toBe(
      'user_not_application_user',
    );
  });

  it('dates the validity of tokens from expire_tokens on', async () => {
    const api = await start();
    await api.call('POST /me/expire_tokens');
    const { token = '' } = (await api.call('POST /userauth', LOGIN)).body;
    const { user } = (await api.call('GET /me', undefined, { token })).body;
    expect(user?.token_validity_begin).toBe('2026-11-02T10:00:00.000000+00:00');
  });

  it('evicts the least recently used login token at the limit of 1000, no other', async () => {
    const api = await start();
    const { token: first = '' } = (await api.call('POST /userauth', LOGIN)).body;
    const { token: used = '' } = (await api.call('POST /userauth', LOGIN)).body;
    api.emulator.clock.advance(1000);
    await api.call('GET /me', undefined, { token: used });
    for (let i = 0; i < 999; i += 1) await api.call('POST /userauth', LOGIN);
    expect((await api.call('GET /me', undefined, { token: first })).status).toBe(401);
    expect((await api.call('GET /me', undefined, { token: used })).status).toBe(200);
    expect((await api.call('GET /me')).status).toBe(200);
  });
});

describe('policies of an organization', () => {
  it('keeps application tokens to the allowlist, and refuses one that locks out its author', async () => {
    const api = await start();
    const token = (await api.newToken(await api.newUser())).body.full_token ?? '';
    const path = 'PUT /organization/{org}/config/api-client-ip-allowlist';
    const policy = (range: string): object => ({
      api_client_ip_allowlist: [range],
      api_client_ip_allowlist_enabled: true,
    });
    expect((await api.call(path, policy('203.0.113.0/24'))).code).toBe(
      'api_client_ip_allowlist_blocks_caller',
    );
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    expect((await api.call(path, policy('203.0.113.0/24'), { headers })).status).toBe(204);
    const code = 'client_ip_address_policy_violation';
    expect((await api.call('GET /me', undefined, { token })).code).toBe(code);
    expect((await api.call('GET /me', undefined, { token, headers })).status).toBe(200);
    expect((await api.call('GET /me')).status).toBe(200);
    expect((await api.call(`GET ${USERS}`)).code).toBe(code);
  });

  it('bars personal tokens where they are turned off, but not application tokens', async () => {
    const api = await start();
    const user = await api.newUser();
    await permit(api, user, 'role:organization:admin');
    const token = (await api.newToken(user)).body.full_token ?? '';
    await api.call('PATCH /organization/{org}/config/authentication', { personal_tokens_enabled: false });
    const code = 'user_personal_token_not_allowed';
    expect((await api.call(`GET ${USERS}`)).code).toBe(code);
    expect((await api.call('POST /access_token', { description: 'x' })).code).toBe(code);
    expect((await api.call(`GET ${USERS}`, undefined, { token })).status).toBe(200);
  });
});

describe('the HTTP conventions', () => {
  it('takes Bearer as well as aivenv1, and JSON of any content type, even none of it', async () => {
    const api = await start();
    const authorization = `Bearer ${api.emulator.adminToken}`;
    const headers = { authorization, 'content-type': 'application/octet-stream' };
    expect((await api.call('POST /access_token', { description: '' }, { token: null, headers })).status).toBe(
      200,
    );
    const json = { 'content-type': 'application/json' };
    expect((await api.call('POST /me/expire_tokens', '', { headers: json })).status).toBe(200);
  });

  it('reads "%2F", "+" and "=" of a prefix as part of it', async () => {
    const api = await start();
    for (const value of [`ab/cd+ef=ghi${'x'.repeat(100)}`, `zb+cd/ef=ghi${'x'.repeat(100)}`]) {
      const seeded = await start({}, { seed: { adminToken: value } });
      const literal = value.slice(0, 12).replaceAll('/', '%2F');
      const encoded = encodeURIComponent(value.slice(0, 12));
      expect((await seeded.call(`PUT /access_token/${literal}`, { description: 'x' })).status).toBe(200);
      expect((await seeded.call(`DELETE /access_token/${encoded}`)).status).toBe(200);
    }
    expect((await api.call('DELETE /access_token/ab/cd')).status).toBe(404);
  });

  it('reads back an empty description as null', async () => {
    const api = await start();
    const user = await api.newUser();
    await api.newToken(user, { description: '' });
    expect((await api.listTokens(user))[0]?.description).toBeNull();
  });

  it.each([
    ['{', 400],
    ['[]', 400],
    ['{"description":5}', 400],
    [{ description: 'x'.repeat(1001) }, 400],
    [{ description: 'x', max_age_seconds: 315_360_001 }, 400],
    [{ description: 'x', max_age_seconds: 700.5 }, 400],
    [{ description: 'x', max_age_seconds: null }, 400],
    [{ description: 'x', scopes: Array(101).fill('all') }, 400],
  ])('refuses the application token %j', async (body, status) => {
    const api = await start();
    const user = await api.newUser();
    expect((await api.call(`POST ${USERS}/${user}/access-tokens`, body)).status).toBe(status);
  });

  it('answers 404 and 405 as JSON, and keeps idle connections for over a minute', async () => {
    const api = await start();
    const unknown = await api.call('GET /acces_token');
    const wrong = await api.call('DELETE /me');
    expect([unknown.status, wrong.status, wrong.body.message]).toEqual([404, 405, 'Method not allowed']);
    expect(unknown.headers.get('keep-alive')).toBe('timeout=75');
  });
});

describe('login', () => {
  it('asks for the one-time password, then takes it, and tells a suspended user so', async () => {
    const api = await start();
    await api.control('POST users', { email: LOGIN.email, otp: '123456' });
    expect((await api.call('POST /userauth', LOGIN, { token: null })).status).toBe(510);
    expect((await api.call('POST /userauth', { ...LOGIN, otp: '000000' }, { token: null })).status).toBe(403);
    expect((await api.call('POST /userauth', { ...LOGIN, otp: '123456' }, { token: null })).status).toBe(200);
    await api.control('POST users', { email: LOGIN.email, otp: null, state: 'deactivated' });
    expect((await api.call('POST /userauth', LOGIN, { token: null })).code).toBe('user_deactivated');
  });

  it('gives a token of 30 days that extends and is not counted as made by hand', async () => {
    const api = await start();
    const { token = '' } = (await api.call('POST /userauth', { ...LOGIN, tenant: 'aws' }, { token: null }))
      .body;
    const { tokens = [] } = (await api.call('GET /access_token', undefined, { token })).body;
    const own = tokens.find((entry) => entry.currently_active);
    expect(own).toMatchObject({
      created_manually: false,
      max_age_seconds: 2_592_000,
      expiry_time: '2026-12-02T10:00:00Z',
    });
  });
});
