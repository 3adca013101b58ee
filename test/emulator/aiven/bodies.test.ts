// Every answer of every endpoint against the published document, with tokens used and unused, restricted
// and not.
import { beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../../src/emulator/start.ts';
import { type Api, apiOf } from '../harness.ts';
import { faultsOfAnswer, faultsOfHistorical } from './schema.ts';

const ORG = '/organization/{organization_id}';
const USERS = `${ORG}/application-users`;
const MEMBER = `${ORG}/user/{member_user_id}`;
const PERMISSIONS = `${ORG}/permissions/{resource_type}/{resource_id}`;
const FULL = {
  description: 'full',
  max_age_seconds: 86_400,
  extend_when_used: true,
  ip_allowlist: ['127.0.0.0/8', '2001:db8::/32'],
  scopes: ['user:read', 'projects:read'],
};
const ENTRY = { principal_id: 'u1', principal_type: 'user', permissions: ['organization:users:write'] };
const ALLOWLIST = { api_client_ip_allowlist: ['127.0.0.0/8'], api_client_ip_allowlist_enabled: false };

let emulator: Emulator;
let api: Api;
let params: Record<string, string>;

beforeAll(async () => {
  emulator = await startEmulator({ toggles: { rateLimit: 'off' } });
  api = apiOf(emulator);
  const userId = await api.newUser();
  const used = await api.newToken(userId);
  await api.call('GET /me', undefined, { token: used.body.full_token ?? '' });
  await api.newToken(userId, FULL);
  await api.call('POST /access_token', { ...FULL, description: 'a personal one' });
  const one = await api.call('POST /access_token', { description: 'to be changed' });
  const grant = { permissions: [{ ...ENTRY, principal_id: userId }] };
  await api.call(`PUT /organization/{org}/permissions/project/demo`, grant);
  await api.control('POST users', { email: 'gone@example.com', password: 'gone', state: 'deactivated' });
  params = {
    organization_id: emulator.organizationId,
    user_id: userId,
    member_user_id: emulator.adminUserId,
    token_prefix: one.body.token_prefix ?? '',
    resource_type: 'project',
    resource_id: 'demo',
  };
});

afterAll(() => emulator.close());

const endpoints: readonly (readonly [endpoint: string, status: number, body?: unknown])[] = [
  ['GET /me', 200],
  ['PATCH /me', 200, { real_name: 'Renamed', city: 'Helsinki' }],
  ['POST /access_token', 200, { description: 'plain', max_age_seconds: null }],
  ['POST /access_token', 200, FULL],
  ['GET /access_token', 200],
  ['PUT /access_token/{token_prefix}', 200, { description: 'changed' }],
  ['DELETE /access_token/{token_prefix}', 200],
  [`POST ${USERS}`, 200, { name: 'another', is_super_admin: false }],
  [`GET ${USERS}`, 200],
  [`GET ${USERS}/{user_id}`, 200],
  [`PATCH ${USERS}/{user_id}`, 200, { name: 'renamed' }],
  [`POST ${USERS}/{user_id}/access-tokens`, 200, FULL],
  [`GET ${USERS}/{user_id}/access-tokens`, 200],
  ['GET /organizations', 200],
  [`GET ${ORG}`, 200],
  [`GET ${ORG}/user`, 200],
  [`GET ${MEMBER}`, 200],
  [`GET ${MEMBER}/access-tokens`, 200],
  [`GET ${PERMISSIONS}`, 200],
  [`PUT ${PERMISSIONS}`, 204, { permissions: [ENTRY] }],
  [`PATCH ${PERMISSIONS}`, 204, { operation: 'grant', permissions: [ENTRY] }],
  [`GET ${ORG}/config/authentication`, 200],
  [`PATCH ${ORG}/config/authentication`, 200, { mcp_enabled: false }],
  [`GET ${ORG}/config/api-client-ip-allowlist`, 200],
  [`PUT ${ORG}/config/api-client-ip-allowlist`, 204, ALLOWLIST],
  ['GET /account', 200],
  ['GET /project', 200],
  ['POST /userauth', 200, { email: 'admin@example.com', password: 'emulator-admin' }],
  ['POST /userauth', 403, { email: 'gone@example.com', password: 'gone' }],
  ['POST /userauth/login_options', 200, { email: 'admin@example.com' }],
  ['DELETE /user/{user_id}', 403],
  [`DELETE ${USERS}/{user_id}`, 204],
  [`GET ${USERS}/{user_id}`, 404],
  ['PUT /me/password', 200, { password: 'emulator-admin', new_password: 'next' }],
];

describe('bodies of the Aiven emulator', () => {
  it.each(endpoints.map(([endpoint, status, body]) => ({ endpoint, status, body })))(
    '$endpoint answers $status as published',
    async ({ endpoint, status, body }) => {
      const path = endpoint.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(params[name] ?? ''),
      );
      const token = await adminToken();
      const answer = await api.call(path, body, { token });
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status });
      expect(faultsOfAnswer(endpoint, status, answer.text === '' ? undefined : answer.body)).toEqual([]);
      const isEmpty = status === 204;
      expect([answer.text === '', answer.headers.get('content-type')]).toEqual([
        isEmpty,
        isEmpty ? null : 'application/json',
      ]);
    },
  );

  it('answers a managed-user revoke, a logout and expire_tokens as published', async () => {
    const prefix = (await api.call('POST /access_token', { description: 'x' }, { token: await adminToken() }))
      .body;
    const one = encodeURIComponent(prefix.token_prefix ?? '');
    const revoke = `DELETE /organization/{org}/user/${emulator.adminUserId}/access-token/${one}`;
    expect((await api.call(revoke, undefined, { token: await adminToken() })).status).toBe(204);
    for (const endpoint of ['POST /me/logout', 'POST /me/expire_tokens']) {
      const { status, body } = await api.call(endpoint, undefined, { token: await adminToken() });
      expect(faultsOfAnswer(endpoint, status, body)).toEqual([]);
      expect(typeof body.message).toBe('string');
    }
  });

  it('answers the sign-up of avn as the document of 2023 had it', async () => {
    const { body } = await api.call(
      'POST /user',
      { email: 'n@example.com', real_name: 'N' },
      { token: null },
    );
    expect(faultsOfHistorical('UserCreateResponse', body)).toEqual([]);
  });

  it('lists only keys that are there in every row, null where unset', async () => {
    const { text } = await api.call('GET /access_token', undefined, { token: await adminToken() });
    const rows = (JSON.parse(text) as { tokens: readonly Readonly<Record<string, unknown>>[] }).tokens;
    expect(new Set(rows.map((row) => Object.keys(row).sort().join())).size).toBe(1);
  });
});

/** A fresh token of the administrator, as some of the endpoints end all there are. */
async function adminToken(): Promise<string> {
  return (await api.control('POST users', { email: 'admin@example.com' })).body.token ?? '';
}
