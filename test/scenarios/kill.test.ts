// SIGKILL of the real CLI process between any two effects of an apply that rotates one token and creates or
// ends another. After a plain run again every destination holds a live token, as it did at each moment
// before; and once the overlaps are over there is one live token per declaration and no orphan.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Cli, startCli } from '../cli/harness.ts';

const main = resolve('src/main-cli.ts');
const hook = resolve('test/scenarios/kill-at.mjs');
const minute = 60_000;
const day = 24 * 60 * minute;
const deployed = ['deploy.env', 'deploy.txt'];

/** Each `round` asks for a rotation; `fresh` comes and goes with them. */
function manifest({ emulator }: Cli, round: number): string {
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: payments}
spec:
  ownerId: payments-k3x9ab
  provider: {aiven: {organizationId: ${emulator.organizationId}, url: "${emulator.url}"}}
  defaults: {maxAge: 90d, rotation: {renewBefore: 14d, overlap: 24h, revokeWhenIdle: {for: 1h, atMost: 2d}}}
  applicationUsers:
    - name: ci
      tokens:
        - name: deploy
          rotation: {trigger: "round-${round}"}
          deliverTo:
            - file: {path: secrets/deploy.env, format: Dotenv, name: AIVEN_TOKEN}
            - file: {path: secrets/deploy.txt}
        - name: fresh
          state: ${isFresh(round) ? 'Present' : 'Absent'}
          deliverTo: [{file: {path: secrets/fresh.json, format: Json, name: token}}]
`;
}

function isFresh(round: number): boolean {
  return round % 2 === 1;
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** `keyturn apply --yes` in a process of its own, killed after so many effects. */
async function apply(cli: Cli, killAt = 0): Promise<Ended> {
  const env = { ...cli.env, PATH: process.env['PATH'], HOME: cli.folder, KILL_AT: String(killAt) };
  return await new Promise((done) => {
    const args = ['--import', hook, main, 'apply', '--yes'];
    execFile(process.execPath, args, { cwd: cli.folder, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      done({ code, signal: error?.signal ?? null, output: stdout + stderr });
    });
  });
}

/** What a consumer reads at the destination now. */
function consume({ folder }: Cli, name: string): string | undefined {
  const path = join(folder, 'secrets', name);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  if (name.endsWith('.env')) return /^AIVEN_TOKEN="?([^"\n]+)/m.exec(text)?.[1];
  return name.endsWith('.json') ? (JSON.parse(text) as { token?: string }).token : text.trim();
}

async function expectServed(cli: Cli, moment: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const value = consume(cli, name);
    const isLive = value !== undefined && (await cli.control('check', { token: value }))['live'] === true;
    expect(`${moment}: ${name} is ${isLive ? 'live' : 'dead'}`).toBe(`${moment}: ${name} is live`);
  }
}

/** Kills one apply after `at` effects and heals it. False when it ended by itself before that. */
async function killAndHeal(cli: Cli, at: number): Promise<boolean> {
  await cli.write('tokens.yaml', manifest(cli, at));
  const killed = await apply(cli, at);
  await expectServed(cli, `killed after effect ${at}`, deployed);
  if (killed.signal !== 'SIGKILL') {
    expect(`${at}: ${killed.code} ${killed.output}`).toMatch(/^\d+: 0 /);
    return false;
  }
  cli.emulator.clock.advance(3 * minute);
  const again = await apply(cli);
  expect(`${at}: ${again.code} ${again.output}`).toMatch(/^\d+: 0 /);
  await expectServed(cli, `healed after effect ${at}`, isFresh(at) ? [...deployed, 'fresh.json'] : deployed);
  for (const waitMs of [16 * minute, 3 * day, minute]) {
    cli.emulator.clock.advance(waitMs);
    expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0 });
    await expectServed(cli, `later after effect ${at}`, deployed);
  }
  expect(`${at}: ${(await cli.live()).length} live`).toBe(`${at}: ${isFresh(at) ? 2 : 1} live`);
  return true;
}

describe('the real CLI, killed in the middle of an apply', () => {
  it('loses nothing, whichever two effects it is killed between', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifest(cli, 0));
    expect(await apply(cli)).toMatchObject({ code: 0 });
    let at = 1;
    while (await killAndHeal(cli, at)) at++;
    console.log(`killed after each of ${at - 1} effects`);
    // A rotation to two files, with the beginning or end of a third, has at least so many effects.
    expect(at).toBeGreaterThan(40);
  }, 600_000);
});
