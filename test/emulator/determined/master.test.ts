// What the master tells about itself, and what is outside /api/v1.
import { describe, expect, it } from '@jest/globals';
import { start } from './harness.ts';

describe('the master', () => {
  it('tells who it is without a credential', async () => {
    const api = await start({}, { seed: { clusterId: 'c-1' } });
    const { text } = await api.call('GET /master', undefined, { token: null });
    expect(text).toMatch(/^\{"version":"0\.38\.1","masterId":"[0-9a-f-]{36}","clusterId":"c-1",/);
    expect(JSON.parse(text)).toMatchObject({ rbacEnabled: false, branding: 'determined' });
    expect(text).not.toContain('clusterMessage');
  });

  it('tells the bounds of lifespans to admins, -1 as the days it stands for', async () => {
    const api = await start({ maxLifespanDays: -1 });
    const { text } = await api.call('GET /master/config');
    expect(JSON.parse(text).config.security.token).toEqual({
      default_lifespan_days: 30,
      max_lifespan_days: 106_751,
    });
    const { token } = await api.newUser('ann');
    const refused = await api.call('GET /master/config', undefined, { token });
    expect(refused.verdict).toBe('403 7 user does not have permission');
  });

  it.each([
    [{ maxLifespanDays: 7 }, false],
    [{ defaultLifespanDays: -1 }, false],
    [{ maxLifespanDays: 7, defaultLifespanDays: 7 }, true],
    [{ maxLifespanDays: 0, defaultLifespanDays: 0 }, true],
    [{ maxLifespanDays: -1, defaultLifespanDays: -1 }, true],
  ])('starts with %j: %p', async (toggles, starts) => {
    const started = start(toggles).then(() => true);
    if (starts) expect(await started).toBe(true);
    else await expect(started).rejects.toThrow('A master does not start');
  });

  it('refuses such bounds while it runs, and keeps the old ones', async () => {
    const api = await start();
    const refused = await api.control('POST toggles', { maxLifespanDays: 7 });
    expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining('does not start')]);
    expect((await api.control('GET toggles')).text).toContain('"maxLifespanDays":30');
  });
});

describe('outside /api/v1', () => {
  it('answers /info in snake case, without a credential', async () => {
    const api = await start();
    const { text, headers } = await api.outside('GET /info', { token: null });
    const { master_id: _, cluster_id: clusterId, ...rest } = JSON.parse(text);
    expect(rest).toEqual({
      version: '0.38.1',
      cluster_name: '',
      telemetry: { enabled: false, otel_enabled: false, otel_endpoint: '' },
      sso_providers: null,
    });
    expect(clusterId).toBe(api.emulator.clusterId);
    expect(headers.get('content-type')).toBe('application/json; charset=UTF-8');
  });

  it('asks everywhere else who calls, in another shape of error', async () => {
    const api = await start();
    const ask = async (path: string, token: string | null): Promise<readonly unknown[]> => {
      const { status, body } = await api.outside(`GET ${path}`, { token });
      return [status, body.message];
    };
    expect(await ask('/x', null)).toEqual([401, 'Unauthorized']);
    expect(await ask('/x', api.emulator.adminToken)).toEqual([404, 'api not found: GET /x']);
    expect((await api.outside('GET /', { token: null })).status).toBe(301);
    expect(await ask('/health', null)).toEqual([401, 'Unauthorized']);
    expect((await api.outside('GET /health')).text).toContain('{"status":"up","database":"up",');
    const { id, value } = await api.newToken(2);
    await api.call('PATCH /users', { userIds: [2], activate: false });
    expect(await ask('/health', value)).toEqual([403, 'user not active']);
    await api.call(`PATCH /tokens/${id}`, { setRevoked: true });
    const text = 'rpc error: code = Unauthenticated desc = user access token revoked';
    expect(await ask('/health', value)).toEqual([500, text]);
  });
});
