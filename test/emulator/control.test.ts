// The control endpoints: they steer and tell, and are themselves no use of any token.
import { describe, expect, it } from '@jest/globals';
import { start } from './harness.ts';

const ROUTE = '/v1/organization/{organization_id}/application-users';

describe('the virtual clock', () => {
  it('is in every Date header and moves by control requests only when frozen', async () => {
    const api = await start();
    expect((await api.call('GET /me')).headers.get('date')).toBe('Mon, 02 Nov 2026 10:00:00 GMT');
    await api.control('POST clock', { advance: '3d1h' });
    expect((await api.call('GET /me')).headers.get('date')).toBe('Thu, 05 Nov 2026 11:00:00 GMT');
    await api.control('POST clock', { advanceMs: 1000 });
    expect((await api.control('GET clock')).text).toContain('"now":"2026-11-05T11:00:01.000Z"');
  });

  it('refuses to go back or by a nonsense', async () => {
    const api = await start();
    for (const input of [{ advanceMs: -1 }, { advance: 'soon' }, { advanceMs: 'x' }]) {
      expect((await api.control('POST clock', input)).status).toBe(400);
    }
    expect((await api.control('GET clock')).text).toContain('"now":"2026-11-02T10:00:00.000Z"');
  });

  it('expires tokens', async () => {
    const api = await start();
    const { body } = await api.call('POST /access_token', { description: 'x', max_age_seconds: 600 });
    api.emulator.clock.advance(599_999);
    expect((await api.call('GET /me', undefined, { token: body.full_token ?? '' })).status).toBe(200);
    api.emulator.clock.advance(1);
    const refused = await api.call('GET /me', undefined, { token: body.full_token ?? '' });
    const message = 'Missing (expired) db token';
    expect([refused.status, refused.body]).toEqual([401, { errors: [{ message, status: 401 }], message }]);
  });

  it('runs when it is told to', async () => {
    const api = await start({}, { clock: { start: '2026-11-02T10:00:00Z' } });
    await api.control('POST clock', { freeze: true });
    const before = (await api.control('GET clock')).text;
    expect((await api.control('GET clock')).text).toBe(before);
    expect((await api.control('POST clock', { freeze: false })).text).toContain('"frozen":false');
  });
});

describe('request counters', () => {
  it('count by route and outcome, without ids, and start again on request', async () => {
    const api = await start({}, { faults: ['dropAfterApply=1,on=POST'] });
    await api.newUser().catch(() => undefined);
    await api.call('GET /organization/{org}/application-users');
    await api.call('GET /organization/org0/application-users');
    await api.call('GET /nonsense');
    const { text } = await api.control('GET requests');
    expect(JSON.parse(text)).toEqual({
      total: 4,
      arrived: { [`POST ${ROUTE}`]: 1, [`GET ${ROUTE}`]: 2, 'GET (unknown)': 1 },
      byRoute: {
        [`POST ${ROUTE}`]: { dropped: 1 },
        [`GET ${ROUTE}`]: { 200: 1, 404: 1 },
        'GET (unknown)': { 404: 1 },
      },
    });
    await api.control('POST requests');
    expect((await api.control('GET requests')).text).toContain('"total":0');
  });
});

describe('what tokens there are', () => {
  it('tells states but no value', async () => {
    const api = await start();
    const user = await api.newUser();
    const { body } = await api.newToken(user, { max_age_seconds: 600 });
    api.emulator.clock.advance(600_000);
    const { text } = await api.control('GET tokens');
    expect(JSON.parse(text)).toMatchObject({
      tokens: [
        { seeded: true, state: 'live' },
        { prefix: body.token_prefix, userName: 'ci', state: 'expired' },
      ],
    });
    expect(text).not.toContain(body.full_token);
    expect(text).not.toContain(api.emulator.adminToken);
  });

  it('checks a value without counting as use', async () => {
    const api = await start();
    const user = await api.newUser();
    const { body } = await api.newToken(user, { ip_allowlist: ['10.0.0.0/8'] });
    const check = async (address?: string): Promise<unknown> => {
      const answer = await api.control('POST check', { token: body.full_token, address });
      return [answer.body.live, answer.body.reason];
    };
    expect(await check()).toEqual([true, null]);
    expect(await check('10.1.2.3')).toEqual([true, null]);
    expect(await check('203.0.113.7')).toEqual([false, 'address']);
    expect((await api.listTokens(user))[0]?.last_used_time).toBeNull();
    expect((await api.control('POST check', { token: 'nonsense' })).body).toEqual({
      live: false,
      reason: 'unknown',
    });
    await api.call(`DELETE /organization/{org}/application-users/${user}`);
    expect(await check()).toEqual([false, 'userDeleted']);
  });
});

describe('other controls', () => {
  it('changes toggles of a running emulator and refuses unknown ones by the nearest name', async () => {
    const api = await start();
    await api.control('POST toggles', { invalidTokenStatus: 403 });
    expect((await api.call('GET /me', undefined, { token: 'x' })).status).toBe(403);
    const refused = await api.control('POST toggles', { invalidTokenState: 403 });
    expect([refused.status, refused.body.message]).toEqual([
      400,
      expect.stringContaining('Did you mean "invalidTokenStatus"?'),
    ]);
    const outside = await api.control('POST toggles', { invalidTokenStatus: 500 });
    expect(outside.body.message).toContain('Values: 401, 403.');
  });

  it('adds, tells and clears faults', async () => {
    const api = await start();
    await api.control('POST faults', { faults: ['rateLimited=always', 'html408=1'] });
    expect((await api.call('GET /me')).status).toBe(429);
    expect((await api.control('GET faults')).text).toContain('"name":"rateLimited"');
    await api.control('DELETE faults');
    expect((await api.call('GET /me')).status).toBe(200);
  });

  it('takes a latency and says what controls there are', async () => {
    const api = await start();
    expect((await api.control('POST latency', { ms: 1 })).text).toBe('{"ms":1}');
    expect((await api.call('GET /me')).status).toBe(200);
    expect((await api.control('GET nothing')).text).toContain('"clock"');
  });

  it('adds an organization the administrator is in', async () => {
    const api = await start();
    const { body } = await api.control('POST organizations', { name: 'second' });
    expect((await api.call(`GET /organization/${body.organization_id}/application-users`)).status).toBe(200);
    expect((await api.call('GET /organizations')).text).toContain('"organization_name":"second"');
  });
});
