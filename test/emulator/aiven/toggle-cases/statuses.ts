// Toggles about the status and code of refusals, and about where callers come from.
import { asToken, personal, same, type ToggleCase } from './case.ts';

export const statuses = {
  invalidTokenStatus: {
    observe: async (api) => {
      const { status, body } = await asToken(api, 'garbled');
      return [status, body.message];
    },
    expected: [
      [401, [401, 'Invalid token']],
      [403, [403, 'Invalid token']],
    ],
  },
  missingAuthStatus: {
    observe: async (api) => {
      const malformed = { token: null, headers: { authorization: 'Basic abc' } };
      const answers = [
        api.call('GET /me', undefined, { token: null }),
        api.call('GET /me', undefined, malformed),
      ];
      return (await Promise.all(answers)).map(({ status }) => status);
    },
    expected: [
      [401, [401, 401]],
      [403, [403, 403]],
    ],
  },
  validationStatus: {
    observe: async (api) => (await api.call('POST /access_token', {})).status,
    expected: same(400, 422),
  },
  maxAgeTooLowCode: {
    observe: async (api) => (await personal(api, { max_age_seconds: 599 })).code,
    expected: [
      ['bad_request', 'bad_request'],
      ['auth_token_max_age_too_low', 'auth_token_max_age_too_low'],
    ],
  },
  superAdminStatus: {
    observe: async (api) => {
      const fields = { name: 'boss', is_super_admin: true };
      const { status, body } = await api.call('POST /organization/{org}/application-users', fields);
      return [status, body.message];
    },
    expected: [
      [400, [400, 'Making application users super admin is no longer supported']],
      [403, [403, 'Making application users super admin is no longer supported']],
    ],
  },
  privilegeGuardCode: {
    observe: async (api) => {
      const { organizationId } = api.emulator;
      const target = await api.newUser();
      const grant = {
        principal_id: target,
        principal_type: 'user',
        permissions: ['organization:projects:write'],
      };
      await api.call(`PUT /organization/{org}/permissions/organization/${organizationId}`, {
        permissions: [grant],
      });
      const writer = {
        email: 'w@example.com',
        organizationId,
        permissions: ['organization:app_users:write'],
      };
      const token = (await api.control('POST users', writer)).body.token ?? '';
      const endpoint = `POST /organization/{org}/application-users/${target}/access-tokens`;
      const { status, code } = await api.call(endpoint, { description: 'd' }, { token });
      return [status, code];
    },
    expected: [
      ['permission_denied', [403, 'permission_denied']],
      ['user_not_organization_admin', [403, 'user_not_organization_admin']],
      ['none', [403, undefined]],
    ],
  },
  ipViolation: {
    observe: async (api) => {
      const { body } = await personal(api, { ip_allowlist: ['10.0.0.0/8'] });
      const { status, code } = await asToken(api, body.full_token);
      return [status, code];
    },
    expected: [
      [403, [403, 'client_ip_address_policy_violation']],
      [401, [401, 'client_ip_address_policy_violation']],
    ],
  },
  tokenOpsNotFound: {
    observe: async (api) => {
      const elsewhere = await api.call('GET /organization/org0/application-users/u0/access-tokens');
      const nobody = await api.call('GET /organization/{org}/application-users/u0/access-tokens');
      return [elsewhere.code, nobody.code, nobody.status];
    },
    expected: [
      [404, ['organization_not_found', 'organization_user_not_found', 404]],
      [403, ['permission_denied', 'permission_denied', 403]],
    ],
  },
  callerAddress: {
    observe: async (api) => {
      const headers = { 'x-forwarded-for': '198.51.100.9' };
      const stated = await api.call('GET /access_token', undefined, { headers });
      const plain = await api.call('GET /access_token');
      return [stated, plain].map(({ body }) => body.tokens?.[0]?.last_ip);
    },
    expected: [
      ['127.0.0.1', ['198.51.100.9', '127.0.0.1']],
      ['203.0.113.7', ['198.51.100.9', '203.0.113.7']],
    ],
  },
} satisfies Record<string, ToggleCase>;
