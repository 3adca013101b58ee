/** A Determined emulator with the adapter connected to it, and what tests ask of both. */
import { afterEach } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import type { TokenSpec } from '../../../src/core/spec.ts';
import type { Runtime } from '../../../src/engine/ports.ts';
import {
  type DeterminedEmulator,
  type DeterminedEmulatorOptions,
  startDetermined,
} from '../../../src/emulator/start.ts';
import type { ConnectedProvider } from '../../../src/providers/adapter.ts';
import { connectDetermined } from '../../../src/providers/determined/provider.ts';
import { skippingRuntime } from '../skipping-runtime.ts';

export const forever = new AbortController().signal;

/** The longest lifespan that a fresh master grants. */
export const month: TokenSpec = {
  scopes: [],
  maxAgeSeconds: 30 * 86_400,
  extendWhenUsed: false,
  ipAllowlist: [],
};

/** One row of what the emulator knows about its tokens. */
interface KnownToken {
  readonly id: number;
  readonly username: string;
  readonly type: string;
  readonly description: string | null;
  readonly state: string;
  readonly seeded: boolean;
}

export interface Master {
  readonly emulator: DeterminedEmulator;
  readonly provider: ConnectedProvider;
  readonly runtime: Runtime;
  /** The provider as reached with another credential. */
  as(credential: SecretValue): ConnectedProvider;
  /** As `as`, and closed by the test itself. */
  connect(credential: SecretValue): ConnectedProvider;
  /** The emulator's control endpoint. */
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** A request of the administrator, as other tools send them: `PATCH /users/3`. */
  ask(endpoint: string, body?: unknown): Promise<number>;
  /** A credential of a user that is made, or changed, for it. */
  credentialOf(username: string, more?: object): Promise<SecretValue>;
  /** Every access token there really is, but for the administrator's own. */
  tokens(): Promise<readonly KnownToken[]>;
  /** How often each route was asked since the last call. */
  requests(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Closed after the test. */
export async function startMaster(options: DeterminedEmulatorOptions = {}): Promise<Master> {
  const master = await openDetermined(options);
  closing.push(master.close);
  return master;
}

export async function openDetermined(options: DeterminedEmulatorOptions = {}): Promise<Master> {
  const emulator = await startDetermined(options);
  const runtime = skippingRuntime(emulator);
  const opened: ConnectedProvider[] = [];
  const connect: Master['connect'] = (credential) =>
    connectDetermined({ url: emulator.url, credential, version: '0.0.0', runtime });
  const as: Master['as'] = (credential) => {
    const provider = connect(credential);
    opened.push(provider);
    return provider;
  };
  const control: Master['control'] = async (path, body) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${emulator.controlUrl}/${path}`, init);
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    emulator,
    runtime,
    as,
    connect,
    control,
    ask: async (endpoint, body) => {
      const [method = '', path = ''] = endpoint.split(' ');
      const headers = { authorization: `Bearer ${emulator.adminToken}` };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      return (await fetch(`${emulator.url}/api/v1${path}`, init)).status;
    },
    provider: as(new SecretValue(emulator.adminToken)),
    credentialOf: async (username, more = {}) => {
      const made = await control('users', { username, ...more });
      return new SecretValue(String(made['token']));
    },
    tokens: async () =>
      ((await control('tokens'))['tokens'] as KnownToken[]).filter(
        ({ seeded, type }) => !seeded && type === 'ACCESS_TOKEN',
      ),
    requests: async () => {
      const counts = await control('requests');
      await control('requests', {});
      return counts['arrived'] as Record<string, number>;
    },
    close: async () => {
      for (const provider of opened) await provider.close();
      await emulator.close();
    },
  };
}

/** In the form of a master's tokens, signed by nobody. */
export function strangeToken(claims: object = {}): SecretValue {
  const payload = {
    id: 4711,
    user_id: 1,
    expiry: '2099-01-01T00:00:00Z',
    created_at: '2026-01-01T00:00:00.123456789Z',
    token_type: 'ACCESS_TOKEN',
    revoked_at: null,
    description: null,
    InheritedClaims: null,
    ...claims,
  };
  const signed = Buffer.concat([Buffer.from(JSON.stringify(payload)), Buffer.alloc(64, 7)]);
  return new SecretValue(`v2.public.${signed.toString('base64url')}.bnVsbA`);
}
