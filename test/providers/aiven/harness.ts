/** An Aiven emulator with the adapter connected to it, and what tests ask of both. */
import { afterEach } from '@jest/globals';
import { inspect } from 'node:util';
import { ProviderError } from '../../../src/core/errors.ts';
import { SecretValue } from '../../../src/core/secret.ts';
import type { TokenSpec } from '../../../src/core/spec.ts';
import type { Runtime } from '../../../src/engine/ports.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/emulator/start.ts';
import type { ConnectedProvider } from '../../../src/providers/adapter.ts';
import { connectAiven } from '../../../src/providers/aiven/provider.ts';
import { skippingRuntime } from '../skipping-runtime.ts';

export const forever = new AbortController().signal;

/** Nothing restricted, never expires. */
export const openSpec: TokenSpec = {
  scopes: [],
  maxAgeSeconds: undefined,
  extendWhenUsed: false,
  ipAllowlist: [],
};

/** One row of what the emulator knows about its tokens. */
interface KnownToken {
  readonly prefix: string;
  readonly userName: string;
  readonly description: string | null;
  readonly state: string;
  readonly seeded: boolean;
  readonly [field: string]: unknown;
}

export interface Aiven {
  readonly emulator: Emulator;
  readonly provider: ConnectedProvider;
  readonly runtime: Runtime;
  /** The provider as reached with another credential, of another organization, or elsewhere. */
  as(other: {
    readonly credential?: string;
    readonly organizationId?: string;
    readonly url?: string;
  }): ConnectedProvider;
  /** The emulator's control endpoint. */
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Every token there really is, but for the administrator's own. */
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
export async function startAiven(options: EmulatorOptions = {}): Promise<Aiven> {
  const aiven = await openAiven(options);
  closing.push(aiven.close);
  return aiven;
}

export async function openAiven(options: EmulatorOptions = {}): Promise<Aiven> {
  const emulator = await startEmulator(options);
  const opened: ConnectedProvider[] = [];
  const runtime = skippingRuntime(emulator);
  const { url, adminToken, organizationId } = emulator;
  const as: Aiven['as'] = (other) => {
    const credential = new SecretValue(other.credential ?? adminToken);
    const where = { url: other.url ?? url, organizationId: other.organizationId ?? organizationId };
    const provider = connectAiven({ ...where, credential, version: '0.0.0', runtime });
    opened.push(provider);
    return provider;
  };
  const control: Aiven['control'] = async (path, body) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${emulator.controlUrl}/${path}`, init);
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    emulator,
    provider: as({}),
    runtime,
    as,
    control,
    tokens: async () => ((await control('tokens'))['tokens'] as KnownToken[]).filter(({ seeded }) => !seeded),
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

/** The ProviderError that something ends with. */
export async function failureOf(action: Promise<unknown>): Promise<ProviderError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`expected a ProviderError, got ${inspect(error)}`);
}
