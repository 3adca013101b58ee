// What survives a restart, and what the file never holds.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator } from '../../src/emulator/start.ts';
import { start } from './harness.ts';

let directory: string;
let stateFile: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyturn-emulator-'));
  stateFile = join(directory, 'state.json');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the state file', () => {
  it('brings users, tokens, revokes, uses and the clock over a restart', async () => {
    const first = await start({}, { stateFile });
    const user = await first.newUser();
    const kept = (await first.newToken(user, { description: 'kept' })).body;
    const gone = (await first.newToken(user, { description: 'gone' })).body;
    const prefix = encodeURIComponent(gone.token_prefix ?? '');
    await first.call(`DELETE /organization/{org}/application-users/${user}/access-tokens/${prefix}`);
    first.emulator.clock.advance(86_400_000);
    await first.call('GET /me', undefined, { token: kept.full_token ?? '' });
    await first.emulator.close();

    const second = await start({}, { stateFile });
    expect(second.emulator.organizationId).toBe(first.emulator.organizationId);
    expect(await second.listTokens(user)).toMatchObject([
      { token_prefix: kept.token_prefix, description: 'kept', last_used_time: '2026-11-03T10:00:00Z' },
    ]);
    expect((await second.call('GET /me', undefined, { token: kept.full_token ?? '' })).status).toBe(200);
    expect((await second.call('GET /me', undefined, { token: gone.full_token ?? '' })).status).toBe(401);
  });

  it('keeps every administrator token working, made up or given', async () => {
    const first = await start({}, { stateFile });
    await first.emulator.close();
    const second = await start({}, { stateFile });
    for (const token of [first.emulator.adminToken, second.emulator.adminToken]) {
      expect((await second.call('GET /me', undefined, { token })).status).toBe(200);
    }
    await second.emulator.close();
    const given = await start({}, { stateFile, seed: { adminToken: first.emulator.adminToken } });
    expect(given.emulator.adminToken).toBe(first.emulator.adminToken);
    expect((await given.call('GET /me')).status).toBe(200);
  });

  it('is there before the reply, for its owner only, whole, without any token value', async () => {
    const api = await start({}, { stateFile });
    const { body } = await api.newToken(await api.newUser());
    const text = readFileSync(stateFile, 'utf8');
    expect(text).toContain(body.token_prefix);
    for (const value of [body.full_token, api.emulator.adminToken]) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(value?.slice(0, 40));
    }
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['state.json']);
  });

  it.each(['not JSON', '{"version":99}', '[]'])('is not overwritten when it holds %s', async (text) => {
    writeFileSync(stateFile, text);
    const started = startEmulator({ stateFile }).then((emulator) => emulator.close());
    await expect(started).rejects.toThrow('is no state of this emulator');
    expect(readFileSync(stateFile, 'utf8')).toBe(text);
  });
});
