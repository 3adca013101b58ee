// Toggles about quotas, rate limits and names that may be taken.
import { personal, same, type ToggleCase } from './case.ts';

export const limits = {
  personalTokenQuota: {
    // The administrator's own token takes the first slot.
    observe: (api) => repeat(10, () => personal(api)),
    expected: [
      [10, [200, 200, 200, 200, 200, 200, 200, 200, 200, 400]],
      [3, [200, 200, 400, 400, 400, 400, 400, 400, 400, 400]],
      ['off', Array(10).fill(200)],
    ],
  },
  appTokenQuota: {
    observe: async (api) => {
      const user = await api.newUser();
      return await repeat(11, () => api.newToken(user));
    },
    expected: [
      [10, [...Array(10).fill(200), 400]],
      [9, [...Array(9).fill(200), 400, 400]],
      ['off', Array(11).fill(200)],
    ],
  },
  appUserQuota: {
    observe: (api) => repeat(3, () => api.call('POST /organization/{org}/application-users', { name: 'n' })),
    expected: [
      ['off', [200, 200, 200]],
      [2, [200, 200, 400]],
    ],
  },
  quotaErrorStatus: {
    observe: async (api) => {
      await api.control('POST toggles', { personalTokenQuota: 1 });
      return (await personal(api)).status;
    },
    expected: same(400, 403, 409, 429),
  },
  rateLimit: {
    observe: async (api) => {
      const statuses = await repeat(121, () => api.call('GET /me'));
      const atOnce = statuses.filter((status) => status === 429).length;
      api.emulator.clock.advance(10_000);
      return [atOnce, (await api.call('GET /me')).status];
    },
    expected: [
      ['120', [1, 429]],
      ['5', [116, 429]],
      ['120/10', [1, 200]],
      ['off', [0, 200]],
    ],
  },
  retryAfterHeader: {
    observe: async (api) => {
      await api.control('POST toggles', { rateLimit: '1' });
      await api.call('GET /me');
      api.emulator.clock.advance(32_000);
      const { headers, body } = await api.call('GET /me');
      return [headers.get('retry-after'), body.message?.endsWith('Rate limit 1 exceeded - try again in 28s')];
    },
    expected: [
      ['absent', [null, true]],
      ['seconds', ['28', true]],
    ],
  },
  uniqueNames: {
    observe: async (api) => {
      const user = await api.newUser('twin');
      const second = await api.call('POST /organization/{org}/application-users', { name: 'twin' });
      await api.newToken(user);
      return [second.status, (await api.newToken(user)).status];
    },
    expected: [
      ['off', [200, 200]],
      ['on', [409, 409]],
    ],
  },
} satisfies Record<string, ToggleCase>;

/** Statuses of so many creations in a row. */
async function repeat(
  times: number,
  create: () => Promise<{ readonly status: number }>,
): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i += 1) statuses.push((await create()).status);
  return statuses;
}
