/**
 * The command line in this process: the real verbs against an emulator over HTTP, with a temporary folder
 * as its world.
 */
import { expect } from '@jest/globals';
import type { Emulator, EmulatorOptions } from '../../src/emulator/start.ts';
import { startEmulator } from '../../src/emulator/start.ts';
import { openWorld, type Result, type World } from './world.ts';

interface KnownToken {
  readonly prefix: string;
  readonly userName: string;
  readonly description: string | null;
  readonly state: string;
  readonly seeded: boolean;
}

/** Its variables name the credential and the url of the emulator unless changed. */
export interface Cli extends World {
  readonly emulator: Emulator;
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Every token at the emulator but the administrator's. */
  tokens(): Promise<readonly KnownToken[]>;
  /** Ids of those that live. */
  live(): Promise<readonly string[]>;
  /** The id of what a consumer of the file reads. */
  served(name?: string): Promise<string>;
}

export const hourMs = 3_600_000;

/**
 * Starts an emulator and a folder for one test; afterwards nothing that was written may hold a token value.
 */
export async function startCli(options: EmulatorOptions = {}): Promise<Cli> {
  const emulator = await startEmulator({
    clock: { frozen: true },
    ...options,
    toggles: { rateLimit: 'off', ...options.toggles },
  });
  const env = { AIVEN_TOKEN: emulator.adminToken, AIVEN_WEB_URL: emulator.url };
  const world = await openWorld(emulator, env);
  const control: Cli['control'] = async (path, body) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${emulator.controlUrl}/${path}`, init);
    return (await answer.json()) as Record<string, unknown>;
  };
  const tokens: Cli['tokens'] = async () =>
    ((await control('tokens'))['tokens'] as KnownToken[]).filter(({ seeded }) => !seeded);
  return Object.assign(world, {
    emulator,
    control,
    tokens,
    live: async () => (await tokens()).filter(({ state }) => state === 'live').map(({ prefix }) => prefix),
    served: async (name = 'AIVEN_TOKEN') =>
      new RegExp(`^${name}=["']?(.{12})`, 'm').exec(await world.read('aiven.env'))?.[1] ?? '',
  });
}

/** One user `ci` with a token for each name, all in `aiven.env`. */
export function manifestOf(cli: Cli, tokens: readonly string[] = ['deploy'], more = ''): string {
  const entries = tokens.map(
    (name) => `
        - name: ${name}
          scopes: [projects:read]
          deliverTo: [{file: {path: aiven.env, format: Dotenv, name: ${variableOf(name)}}}]`,
  );
  const list = entries.length === 0 ? ' []' : entries.join('');
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: payments}
spec:
  ownerId: payments-k3x9ab
  provider: {aiven: {organizationId: ${cli.emulator.organizationId}}}
  defaults: {maxAge: 90d, rotation: {renewBefore: 14d, overlap: 24h}}
${more}  applicationUsers:
    - name: ci
      tokens:${list}
`;
}

/** The first is what most tests call `AIVEN_TOKEN`. */
export function variableOf(name: string): string {
  return name === 'deploy' ? 'AIVEN_TOKEN' : name.toUpperCase();
}

/** Writes the manifest and applies it. */
export async function applied(cli: Cli, tokens?: readonly string[]): Promise<Result> {
  await cli.write('tokens.yaml', manifestOf(cli, tokens));
  const result = await cli.run('apply', '--yes');
  expect(result).toMatchObject({ code: 0, err: '' });
  // What was issued less than two seconds before a run began could have been issued since.
  cli.emulator.clock.advance(60_000);
  return result;
}
