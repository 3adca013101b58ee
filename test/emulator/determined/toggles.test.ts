// Every toggle under every value: the table is complete by its type, and each case has to see a difference.
import { describe, expect, it } from '@jest/globals';
import { ADMIN_PASSWORD } from '../../../src/emulator/determined/seed.ts';
import { determinedToggles, type Toggles } from '../../../src/emulator/determined/toggles.ts';
import { type Api, start } from './harness.ts';

/** One observation of a toggle and what it has to be under each value. */
interface ToggleCase {
  readonly observe: (api: Api) => Promise<unknown>;
  /** Toggles that have to go with it. */
  readonly beside?: Partial<Toggles>;
  readonly expected: readonly (readonly [value: string | number, observed: unknown])[];
}

const status = async (api: Api, endpoint: string, body?: object): Promise<number> =>
  (await api.call(endpoint, body)).status;

const orderOf = async (api: Api, ...descriptions: readonly string[]): Promise<readonly string[]> => {
  for (const description of descriptions) await api.newToken(2, { description });
  const { list } = await api.call('GET /tokens?username=determined&sortBy=SORT_BY_DESCRIPTION');
  return list.map(({ description }) => description);
};

const logIn = async (api: Api): Promise<string | undefined> => {
  const fields = { username: 'admin', password: ADMIN_PASSWORD };
  return (await api.call('POST /auth/login', fields)).body.user?.lastAuthAt;
};

const cases: Readonly<Record<keyof Toggles, ToggleCase>> = {
  authz: {
    observe: async (api) => (await api.call('GET /master')).text.includes('"rbacEnabled":true'),
    expected: [
      ['basic', false],
      ['rbac', true],
    ],
  },
  maxLifespanDays: {
    beside: { defaultLifespanDays: 0 },
    observe: async (api) => [
      await status(api, 'POST /tokens', { userId: 2, lifespan: '720h' }),
      await status(api, 'POST /tokens', { userId: 2, lifespan: '720h1s' }),
      await status(api, 'POST /tokens', { userId: 2, lifespan: '0' }),
    ],
    expected: [
      [30, [200, 400, 200]],
      [0, [400, 400, 200]],
      [-1, [200, 200, 200]],
    ],
  },
  defaultLifespanDays: {
    beside: { maxLifespanDays: -1 },
    observe: async (api) => {
      await api.newToken(2);
      return (await api.tokensOf('determined'))[0]?.expiry.slice(0, 10);
    },
    expected: [
      [30, '2026-12-02'],
      [0, '2026-11-02'],
      [-1, '2319-02-11'],
    ],
  },
  version: {
    observe: async (api) => [
      JSON.parse((await api.outside('GET /info')).text).version,
      await status(api, 'GET /tokens'),
      await status(api, 'GET /me'),
    ],
    expected: [
      ['0.38.1', ['0.38.1', 200, 200]],
      ['0.37.0', ['0.37.0', 501, 200]],
      ['0.38.0rc1', ['0.38.0rc1', 200, 200]],
      ['1.0.0', ['1.0.0', 200, 200]],
    ],
  },
  userEdits: {
    observe: async (api) => {
      const { value } = await api.newToken(2);
      await api.call('PATCH /users/2', { displayName: 'Dee' });
      return await api.use(value);
    },
    expected: [
      ['faithful', '401 16 user access token revoked'],
      ['fixed', '200'],
    ],
  },
  enterpriseGate: {
    observe: async (api) => [await status(api, 'GET /tokens'), await status(api, 'GET /me')],
    expected: [
      ['off', [200, 200]],
      ['on', [400, 200]],
    ],
  },
  externalSessions: {
    observe: async (api) => (await logIn(api)) !== undefined,
    expected: [
      ['off', true],
      ['on', false],
    ],
  },
  timeResolution: {
    observe: async (api) => {
      api.emulator.clock.advance(250);
      await api.newToken(2, { lifespan: '1h' });
      const [token] = await api.tokensOf('determined');
      return [token?.createdAt, token?.expiry];
    },
    expected: [
      ['micros', ['2026-11-02T10:00:00.250004Z', '2026-11-02T11:00:00.250004Z']],
      ['millis', ['2026-11-02T10:00:00.250Z', '2026-11-02T11:00:00.250Z']],
      ['seconds', ['2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z']],
    ],
  },
  bothSpellings: {
    observe: async (api) => {
      const counts = new Set<number>();
      await api.newToken(2, { lifespan: '0' });
      for (let tries = 0; tries < 200; tries += 1) {
        const both = 'username=determined&showInactive=true&show_inactive=false';
        counts.add((await api.call(`GET /tokens?${both}`)).list.length);
      }
      return [...counts].sort();
    },
    expected: [
      ['random', [0, 1]],
      ['camel', [1]],
      ['snake', [0]],
    ],
  },
  collation: {
    observe: (api) => orderOf(api, 'b', '[a]', 'B', 'C'),
    expected: [
      ['bytes', ['B', 'C', '[a]', 'b']],
      ['language', ['[a]', 'b', 'B', 'C']],
    ],
  },
  databaseClockAheadMs: {
    observe: async (api) => (await logIn(api))?.slice(11, 19),
    expected: [
      [0, '10:00:00'],
      [600_000, '10:10:00'],
    ],
  },
  syntaxErrorTexts: {
    observe: async (api) => (await api.call('POST /tokens', '{')).verdict,
    expected: [
      ['go', '400 3 unexpected EOF'],
      ['other', '400 3 the body is not valid JSON'],
    ],
  },
  internalErrorTexts: {
    observe: async (api) => {
      const { id } = await api.newToken(2, { lifespan: '0' });
      return [
        (await api.call('GET /tokens?username=x')).verdict,
        (await api.call(`PATCH /tokens/${id}`, {})).verdict,
      ];
    },
    expected: [
      ['seen', ['500 13 sql: no rows in result set', '500 13 unable to update inactive token with ID 3']],
      ['other', ['500 13 something went wrong', '500 13 unable to update inactive token with ID 3']],
    ],
  },
};

const rows = Object.entries(cases).flatMap(([name, { observe, beside = {}, expected }]) =>
  expected.map(([value, observed]) => ({ name, value, beside, observe, observed })),
);

describe('toggles of the Determined emulator', () => {
  it('are observed under the default and every listed value, with a difference', () => {
    for (const [name, { expected }] of Object.entries(cases)) {
      const definition = determinedToggles[name as keyof Toggles];
      const listed = [String(definition.initial), ...definition.values.split(', ')];
      const wanted = listed.filter((text) => definition.read(text) !== undefined);
      expect(expected.map(([value]) => String(value))).toEqual(expect.arrayContaining(wanted));
      const differing = new Set(expected.map(([, observed]) => JSON.stringify(observed)));
      expect(`${name}: ${differing.size > 1}`).toBe(`${name}: true`);
    }
  });

  it.each(rows)('$name=$value behaves as documented', async ({ name, value, beside, observe, observed }) => {
    const api = await start({ ...beside, [name]: value });
    expect(await observe(api)).toEqual(observed);
  });
});
