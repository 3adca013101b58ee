/**
 * The command line against an emulated Aiven and an emulated Determined master with one clock, each with its
 * credential in the variable of its own tool.
 */
import { expect } from '@jest/globals';
import { type BothEmulators, type DeterminedEmulatorOptions, startBoth } from '../../src/emulator/start.ts';
import { openWorld, type World } from './world.ts';

export const dayMs = 86_400_000;

interface KnownToken {
  readonly id: number;
  readonly username: string;
  readonly type: string;
  readonly description: string | null;
  readonly state: string;
  readonly seeded: boolean;
}

export interface Both extends World {
  readonly emulators: BothEmulators;
  /** The control endpoint of the master. */
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Ids of the master's live tokens but the administrator's. */
  live(): Promise<readonly number[]>;
  /** How many requests reached Aiven and the master since the last call. */
  counts(): Promise<{ readonly aiven: number; readonly determined: number }>;
  /** The value that a consumer of the file reads. */
  value(file: string): Promise<string>;
}

export async function startBothCli(determined: DeterminedEmulatorOptions = {}): Promise<Both> {
  const emulators = await startBoth({
    clock: { frozen: true },
    aiven: { toggles: { rateLimit: 'off' } },
    determined,
  });
  const { aiven, determined: master } = emulators;
  const env = {
    AIVEN_TOKEN: aiven.adminToken,
    AIVEN_WEB_URL: aiven.url,
    DET_USER_TOKEN: master.adminToken,
    DET_MASTER: master.url,
  };
  const world = await openWorld(emulators, env);
  const ask = async (url: string, body?: unknown): Promise<Record<string, unknown>> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return (await (await fetch(url, init)).json()) as Record<string, unknown>;
  };
  const control: Both['control'] = (path, body) => ask(`${master.controlUrl}/${path}`, body);
  const count = async (url: string): Promise<number> => {
    const { total } = await ask(`${url}/requests`);
    await ask(`${url}/requests`, {});
    return Number(total);
  };
  return Object.assign(world, {
    emulators,
    control,
    live: async () =>
      ((await control('tokens'))['tokens'] as KnownToken[])
        .filter(({ seeded, type, state }) => !seeded && type === 'ACCESS_TOKEN' && state === 'live')
        .map(({ id }) => id),
    counts: async () => ({
      aiven: await count(aiven.controlUrl),
      determined: await count(master.controlUrl),
    }),
    value: async (file: string) => /=["']?([^"'\n]+)/.exec(await world.read(file))?.[1] ?? '',
  });
}

/** One token `submit` of user `trainer`, in `det.env`. */
export function determinedManifest({ emulators }: Both, more = ''): string {
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: training}
spec:
  ownerId: training-k3x9ab
  provider: {determined: {url: "${emulators.determined.url}"}}
  defaults: {maxAge: 30d, rotation: {renewBefore: 7d, overlap: 24h}}
  applicationUsers:
    - name: trainer
      tokens:
        - name: submit
          description: Submits experiments
          deliverTo: [{file: {path: det.env, format: Dotenv, name: DET_USER_TOKEN}}]
${more}`;
}

/** One token `deploy` of user `ci`, in `aiven.env`. */
export function aivenManifest({ emulators }: Both): string {
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: payments}
spec:
  ownerId: payments-k3x9ab
  provider: {aiven: {organizationId: ${emulators.aiven.organizationId}}}
  defaults: {maxAge: 90d, rotation: {renewBefore: 14d, overlap: 24h}}
  applicationUsers:
    - name: ci
      tokens:
        - {name: deploy, deliverTo: [{file: {path: aiven.env, format: Dotenv, name: AIVEN_TOKEN}}]}
`;
}

/** Writes the manifest of the master as tokens.yaml, and applies it. */
export async function appliedToMaster(cli: Both): Promise<void> {
  await cli.write('tokens.yaml', determinedManifest(cli));
  expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0, err: '' });
  cli.emulators.clock.advance(60_000);
}
