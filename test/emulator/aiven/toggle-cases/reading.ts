// Toggles about what is accepted on creation and how it reads back.
import { expect } from '@jest/globals';
import type { Api } from '../../harness.ts';
import { asToken, personal, type ToggleCase } from './case.ts';

export const reading = {
  appListIncludesExpired: {
    observe: async (api) => {
      const user = await api.newUser();
      await api.newToken(user, { max_age_seconds: 86_400 });
      api.emulator.clock.advance(86_400_000);
      return (await api.listTokens(user)).length;
    },
    expected: [
      [false, 0],
      [true, 1],
    ],
  },
  scopeValidation: {
    observe: async (api) => (await personal(api, { scopes: ['coffee:write'] })).status,
    expected: [
      ['reject', 400],
      ['accept', 200],
    ],
  },
  cidrValidation: {
    observe: async (api) => {
      const { status, code } = await personal(api, { ip_allowlist: ['10.0.0.0/33'] });
      return [status, code];
    },
    expected: [
      ['reject', [400, 'ip_address_not_valid']],
      ['accept', [200, undefined]],
    ],
  },
  cidrNormalisation: {
    observe: async (api) =>
      (await personal(api, { ip_allowlist: ['2001:DB8::1/32', '10.1.2.3/8'] })).body.ip_allowlist,
    expected: [
      ['verbatim', ['2001:DB8::1/32', '10.1.2.3/8']],
      ['canonical', ['10.0.0.0/8', '2001:db8::/32']],
    ],
  },
  unsetListValue: {
    observe: (api) => firstToken(api, {}),
    expected: [
      ['null', expectToken({ ip_allowlist: null, scopes: null })],
      ['[]', expectToken({ ip_allowlist: [], scopes: [] })],
    ],
  },
  extendWithoutMaxAge: {
    observe: async (api) => (await personal(api, { extend_when_used: true })).status,
    expected: [
      ['accept', 200],
      ['reject', 400],
    ],
  },
  personalDefaultMaxAge: {
    observe: async (api) => (await personal(api, { max_age_seconds: null })).body.expiry_time,
    expected: [
      ['none', null],
      [2_592_000, '2026-12-02T10:00:00Z'],
    ],
  },
  appDefaultMaxAge: {
    observe: (api) => firstToken(api, {}),
    expected: [
      ['none', expectToken({ expiry_time: null, max_age_seconds: null })],
      [2_592_000, expectToken({ expiry_time: '2026-12-02T10:00:00Z', max_age_seconds: 2_592_000 })],
    ],
  },
  appUserSelfService: {
    observe: async (api) => {
      const { body } = await api.newToken(await api.newUser());
      const { status, code } = await asToken(api, body.full_token, 'GET /access_token');
      return [status, code];
    },
    expected: [
      ['forbid', [403, 'action_forbidden_for_application_users']],
      ['allow', [200, undefined]],
    ],
  },
  appUserMe: {
    observe: async (api) =>
      (await asToken(api, (await api.newToken(await api.newUser())).body.full_token)).status,
    expected: [
      ['allow', 200],
      ['forbid', 403],
    ],
  },
  listLagMs: {
    observe: async (api) => {
      const user = await api.newUser();
      await api.newToken(user);
      const atOnce = (await api.listTokens(user)).length;
      api.emulator.clock.advance(6000);
      return [atOnce, (await api.listTokens(user)).length];
    },
    expected: [
      [0, [1, 1]],
      [6000, [0, 1]],
    ],
  },
  unknownBodyFields: {
    observe: async (api) => (await personal(api, { colour: 'blue' })).status,
    expected: [
      ['reject', 400],
      ['ignore', 200],
    ],
  },
  lastUsedResolutionSeconds: {
    observe: async (api) => {
      api.emulator.clock.advance(754_000);
      return (await api.call('GET /access_token')).body.tokens?.[0]?.last_used_time;
    },
    expected: [
      [1, '2026-11-02T10:12:34Z'],
      [3600, '2026-11-02T10:00:00Z'],
    ],
  },
  lastUsedLagSeconds: {
    observe: async (api) => {
      await api.call('GET /me');
      api.emulator.clock.advance(30_000);
      await api.call('GET /me');
      api.emulator.clock.advance(40_000);
      const user = (await api.call('GET /organization/{org}/user')).body.users?.[0];
      return user?.last_activity_time;
    },
    expected: [
      [0, '2026-11-02T10:01:10Z'],
      [60, '2026-11-02T10:00:00Z'],
      [300, null],
    ],
  },
  timestampFractions: {
    observe: async (api) => {
      api.emulator.clock.advance(7);
      return (await personal(api)).body.create_time;
    },
    expected: [
      ['off', '2026-11-02T10:00:00Z'],
      ['micros', '2026-11-02T10:00:00.007000Z'],
    ],
  },
} satisfies Record<string, ToggleCase>;

async function firstToken(api: Api, fields: Readonly<Record<string, unknown>>): Promise<unknown> {
  const user = await api.newUser();
  await api.newToken(user, fields);
  return (await api.listTokens(user))[0];
}

function expectToken(fields: Readonly<Record<string, unknown>>): unknown {
  return expect.objectContaining(fields);
}
