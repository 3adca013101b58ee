/**
 * A manifest of so many users and tokens in a folder of its own, each token delivered to a file, with the
 * emulator that it is for. It can be applied by keyturn, or filled directly with what an apply would leave,
 * which is quicker.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatDescription, hashOwner } from '../src/core/mark.ts';
import { formatReceipt } from '../src/core/receipt.ts';
import { hashSpec, type TokenSpec } from '../src/core/spec.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { send } from './bare.ts';
import { manifestOf, numbered, ownerId, scopes, setName, type Size } from './manifest.ts';
import { type Ended, keyturn, type ProcessOptions, runNode } from './run-process.ts';

export interface World {
  readonly emulator: Emulator;
  /** Holds `tokens.yaml` and, below `secrets`, what is delivered. */
  readonly folder: string;
  /** How a process is started that works here. */
  readonly environment: ProcessOptions;
  keyturn(...args: readonly string[]): Promise<Ended>;
  close(): Promise<void>;
}

/** A fresh emulator and a manifest that nothing was applied of. */
export async function openWorld(size: Size): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
  const emulator = await startEmulator();
  const home = join(folder, 'home');
  mkdirSync(home);
  writeFileSync(join(folder, 'tokens.yaml'), manifestOf(size, emulator.organizationId));
  const environment: ProcessOptions = {
    cwd: folder,
    env: {
      HOME: home,
      PATH: process.env['PATH'] ?? '',
      AIVEN_TOKEN: emulator.adminToken,
      AIVEN_WEB_URL: emulator.url,
    },
  };
  return {
    emulator,
    folder,
    environment,
    keyturn: async (...args) => await runNode([keyturn, ...args], environment),
    close: async () => {
      await emulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A world in which everything declared is issued and delivered: the next plan finds nothing to change. */
export async function openFilledWorld(size: Size): Promise<World> {
  const world = await openWorld(size);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const { url, organizationId, adminToken: token } = world.emulator;
  const users = `${url}/v1/organization/${organizationId}/application-users`;
  const post = (address: string, body: object) => send(address, { agent, method: 'POST', token, body });
  const fillUser = async (user: string) => {
    const { user_id: userId } = await post(users, { name: user });
    for (const name of numbered(size.tokens, 'token')) {
      const issued = await post(`${users}/${userId}/access-tokens`, tokenRequest(user, name));
      deliver(world, `${user}/${name}`, issued);
    }
  };
  await Promise.all(numbered(size.users, 'user').map(fillUser));
  agent.destroy();
  const { stdout } = await world.keyturn('plan');
  if (!stdout.includes('No changes.')) throw new Error(`The world is not as an apply leaves it:\n${stdout}`);
  return world;
}

const maxAgeSeconds = 90 * 86_400;
const spec: TokenSpec = { scopes, maxAgeSeconds, extendWhenUsed: false, ipAllowlist: [] };
const owner = hashOwner(ownerId, setName);

function tokenRequest(user: string, name: string): object {
  const mark = {
    owner,
    declaration: `${user}/${name}`,
    generation: 1,
    specHash: hashSpec(user, spec) ?? '',
    nonce: 'abcdef',
  };
  return {
    description: formatDescription(`Token ${name} of ${user}`, mark),
    max_age_seconds: maxAgeSeconds,
    extend_when_used: false,
    scopes,
  };
}

/** Value and receipt, as keyturn writes them. */
function deliver(
  { folder, emulator }: World,
  declaration: string,
  issued: { readonly token_prefix: string; readonly full_token: string },
): void {
  const path = join(folder, 'secrets', declaration);
  const now = Date.now();
  const receipt = formatReceipt({
    v: 1,
    owner,
    token: declaration,
    at: `aiven/${emulator.organizationId}`,
    current: {
      id: issued.token_prefix,
      generation: 1,
      spec: hashSpec(declaration.split('/')[0] ?? '', spec) ?? '',
      issuedAt: now,
      deliveredAt: now,
      updatedAt: null,
    },
    pending: null,
    previous: [],
    handled: { trigger: [], compromised: [] },
    destinations: [`file/Raw:secrets/${declaration}`],
  });
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, issued.full_token, { mode: 0o600 });
  writeFileSync(`${path}.receipt.json`, receipt, { mode: 0o600 });
}
