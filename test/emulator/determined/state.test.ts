// What survives a restart of the emulated master, what the controls tell, and that both emulators share one
// clock and one file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startBoth, startEmulator } from '../../../src/emulator/start.ts';
import { start } from './harness.ts';

let directory: string;
let stateFile: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyturn-determined-'));
  stateFile = join(directory, 'state.json');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a restart', () => {
  it('keeps users, tokens, sessions, ids and the cluster, and gives the master another id', async () => {
    const first = await start({ maxLifespanDays: -1 }, { stateFile });
    const { id: user } = await first.newUser('ann', { password: 'pass' });
    const kept = await first.newToken(user, { description: 'kept', lifespan: '-1' });
    const gone = await first.newToken(user);
    await first.call(`PATCH /tokens/${gone.id}`, { setRevoked: true });
    const login = { username: 'ann', password: 'pass' };
    const session = (await first.call('POST /auth/login', login)).body.token ?? '';
    const before = await first.tokensOf('ann');
    const masterOf = async (api: typeof first): Promise<Record<string, string>> =>
      JSON.parse((await api.call('GET /master')).text);
    const master = await masterOf(first);
    first.emulator.clock.advance(86_400_000);
    await first.emulator.close();

    const second = await start({ maxLifespanDays: -1 }, { stateFile });
    expect(await second.tokensOf('ann')).toEqual(before);
    expect(await second.use(kept.value)).toBe('200');
    expect(await second.use(session)).toBe('200');
    expect(await second.use(gone.value)).toBe('401 16 user access token revoked');
    expect(await second.use(first.emulator.adminToken)).toBe('200');
    expect((await second.newToken(2)).id).toBeGreaterThan(second.emulator.adminTokenId);
    const again = await masterOf(second);
    expect(again['clusterId']).toBe(master['clusterId']);
    expect(again['masterId']).not.toBe(master['masterId']);
    expect((await second.call('GET /me')).headers.get('date')).toBe('Tue, 03 Nov 2026 10:00:00 GMT');
  });

  it('finds no token value and no password in the file', async () => {
    const api = await start({}, { stateFile });
    await api.newUser('ann', { password: 'a-plain-password' });
    const { value } = await api.newToken(2);
    const text = readFileSync(stateFile, 'utf8');
    expect(text).not.toContain('v2.public');
    for (const secret of [value.slice(10, 60), value.slice(-60, -8), 'a-plain-password']) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('both emulators', () => {
  it('share a clock and a file, and each keeps what is its own', async () => {
    const both = await startBoth({ stateFile, clock: { start: '2026-11-02T10:00:00Z', frozen: true } });
    expect(both.aiven.url).not.toBe(both.determined.url);
    await fetch(`${both.determined.controlUrl}/clock`, { method: 'POST', body: '{"advance":"1d"}' });
    expect((await fetch(`${both.aiven.url}/v1/me`)).headers.get('date')).toBe(
      'Tue, 03 Nov 2026 10:00:00 GMT',
    );
    await both.close();
    const aiven = await startEmulator({ stateFile });
    expect(aiven.organizationId).toBe(both.aiven.organizationId);
    await aiven.close();
    const again = await startBoth({ stateFile });
    expect(again.determined.clusterId).toBe(both.determined.clusterId);
    expect(again.clock.now()).toBeGreaterThanOrEqual(Date.parse('2026-11-03T10:00:00Z'));
    await again.close();
  });

  it('leave nothing running when one of them cannot start', async () => {
    const blocking = await startEmulator();
    const port = Number(new URL(blocking.url).port);
    await expect(startBoth({ determined: { port } })).rejects.toThrow('EADDRINUSE');
    await blocking.close();
  });

  it('take over a file of the time when there was one service', async () => {
    const first = await startEmulator({ stateFile });
    await first.close();
    const { clock, services } = JSON.parse(readFileSync(stateFile, 'utf8'));
    writeFileSync(stateFile, JSON.stringify({ version: 1, clock, service: services.aiven }));
    const again = await startBoth({ stateFile });
    expect(again.aiven.organizationId).toBe(first.organizationId);
    await again.close();
  });
});

describe('the controls', () => {
  it('tell tokens and whether a value lives, without counting as use and without values', async () => {
    const api = await start();
    const { id, value } = await api.newToken(2, { description: 'ci', lifespan: '1h' });
    const check = async (token = value): Promise<unknown> =>
      (await api.control('POST check', { token })).body;
    expect(await check()).toMatchObject({ live: true, reason: null, id, userId: 2, description: 'ci' });
    expect(await check('nonsense')).toEqual({ live: false, reason: 'unknown' });
    await api.call('PATCH /users', { userIds: [2], activate: false });
    expect(await check()).toMatchObject({ live: false, reason: 'userInactive' });
    api.emulator.clock.advance(3_600_000);
    expect(await check()).toMatchObject({ live: false, reason: 'expired' });
    const { text } = await api.control('GET tokens');
    expect(JSON.parse(text).tokens).toMatchObject([
      { id: 1, type: 'USER_SESSION' },
      { id: 2, seeded: true, state: 'live', username: 'admin' },
      { id, seeded: false, state: 'expired', username: 'determined' },
    ]);
    expect(text).not.toContain('v2.public');
  });

  it('count requests by route, without ids', async () => {
    const api = await start();
    const { id } = await api.newToken(2);
    await api.call(`PATCH /tokens/${id}`, {});
    await api.call('GET /users/determined/by-username');
    await api.outside('GET /info');
    await api.call('GET /nothing');
    const { byRoute } = JSON.parse((await api.control('GET requests')).text);
    expect(byRoute).toEqual({
      'POST /api/v1/tokens': { 200: 1 },
      'PATCH /api/v1/tokens/{token_id}': { 200: 1 },
      'GET /api/v1/users/{username}/by-username': { 200: 1 },
      'GET /info': { 200: 1 },
      'GET (unknown)': { 501: 1 },
    });
  });

  it('put another cluster behind the address, and refuse what makes no sense', async () => {
    const api = await start();
    await api.control('POST cluster', { clusterId: 'another' });
    expect((await api.call('GET /master')).text).toContain('"clusterId":"another"');
    expect((await api.control('POST cluster', {})).status).toBe(400);
    expect((await api.control('POST tokens', { username: 'nobody' })).body.message).toContain('no user');
    const refused = await api.control('POST users', { username: 'ann', roles: ['Boss'] });
    expect(refused.body.message).toContain('Roles: ClusterAdmin, TokenCreator.');
  });
});
