// Toggles about revoked and missing tokens.
import { asToken, personal, revoke, same, type ToggleCase } from './case.ts';

const MISSING = 'AAAAAAAAAAAA';
const EXPIRED = 'Missing (expired) db token';

export const revoking = {
  revokeMissingPersonalToken: {
    observe: async (api) => [
      (await api.call(`DELETE /access_token/${MISSING}`)).status,
      (await api.call(`PUT /access_token/${MISSING}`, { description: 'x' })).status,
    ],
    expected: [
      [404, [404, 404]],
      [200, [200, 404]],
      [400, [400, 400]],
      [403, [403, 403]],
    ],
  },
  revokeMissingAppToken: {
    observe: async (api) => (await revoke(api, await api.newUser(), MISSING)).status,
    expected: same(404, 204, 400, 403),
  },
  revokedTokenMessage: {
    observe: async (api) => {
      const { body } = await personal(api);
      await api.call(`DELETE /access_token/${encodeURIComponent(body.token_prefix ?? '')}`);
      return (await asToken(api, body.full_token)).body.message;
    },
    expected: [
      [EXPIRED, EXPIRED],
      ['Invalid token', 'Invalid token'],
    ],
  },
  revokeLagMs: {
    observe: async (api) => {
      const user = await api.newUser();
      const { body } = await api.newToken(user);
      await revoke(api, user, body.token_prefix);
      const atOnce = [(await asToken(api, body.full_token)).status, (await api.listTokens(user)).length];
      api.emulator.clock.advance(6000);
      return [...atOnce, (await asToken(api, body.full_token)).status, (await api.listTokens(user)).length];
    },
    expected: [
      [0, [401, 0, 401, 0]],
      [6000, [200, 1, 401, 0]],
    ],
  },
  prefixMatch: {
    observe: async (api) => {
      const user = await api.newUser();
      const { body } = await api.newToken(user);
      const short = await revoke(api, user, body.token_prefix?.slice(0, 8));
      return [short.status, (await revoke(api, user, body.full_token)).status];
    },
    expected: [
      ['exact', [404, 204]],
      ['unique', [204, 404]],
    ],
  },
  expireTokensScope: {
    observe: async (api) => {
      const made = await personal(api);
      const login = await api.call('POST /userauth', {
        email: 'admin@example.com',
        password: 'emulator-admin',
      });
      await api.call('POST /me/expire_tokens');
      const after = [made.body.full_token, login.body.token].map((value) => asToken(api, value));
      return (await Promise.all(after)).map(({ status }) => status);
    },
    expected: [
      ['all', [401, 401]],
      ['login-only', [200, 401]],
    ],
  },
} satisfies Record<string, ToggleCase>;
