/**
 * One connection for every provider and credential, whoever uses it. When the Secret with the credential
 * changes, the next pass reads it again; what is in flight goes on with what it has.
 */
import type { ProviderReference } from '../core/manifest/types.ts';
import type { SecretValue } from '../core/secret.ts';
import type { Provider, Runtime } from '../engine/ports.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { providers } from '../providers/registry.ts';
import { type Budget, createBudget } from './budget.ts';
import { readCredential, type SecretKey } from './credentials.ts';
import { createSharedLists, type SharedLists } from './lists.ts';

export interface Connection {
  readonly provider: Provider;
  readonly lists: SharedLists;
  readonly budget: Budget;
}

/** A provider with the credential that it is to be reached by. */
export interface WantedProvider {
  readonly reference: ProviderReference;
  readonly credential: SecretKey;
}

type Connected =
  | { readonly kind: 'connected'; readonly connection: Connection }
  | { readonly kind: 'blocked'; readonly why: string };

export interface ConnectionsOptions {
  readonly client: KubernetesClient;
  readonly version: string;
  readonly runtime: Runtime;
  /** Asked of one provider with one credential. */
  readonly requestsPerMinute: number;
  readonly concurrency: number;
  /** Asked directly before a request is sent. */
  readonly mayBegin: () => boolean;
  /** How often a set is looked at. */
  readonly lookEveryMs: number;
  readonly secretVersion: (namespace: string, name: string) => string | undefined;
  /** So that logs can be kept free of it. */
  readonly onCredential: (value: SecretValue) => void;
  readonly signal: AbortSignal;
}

export interface Connections {
  /**
   * @param mayBeOld whether the last credential will do where its Secret is gone: to end what it issued
   * @throws KubernetesError when the Secret cannot be read
   */
  to(wanted: WantedProvider, mayBeOld: boolean): Promise<Connected>;
  /** Those that were opened. */
  all(): readonly Connection[];
  close(): Promise<void>;
}

interface Entry extends Connection {
  readonly version: string | undefined;
  readonly credential: SecretValue;
  readonly close: () => Promise<void>;
}

/** Lists of a provider may lag by as much anyway. */
const longestFreshMs = 20_000;
/** Long enough for any pass that still uses a replaced connection. */
const retireAfterMs = 600_000;

export function openConnections(options: ConnectionsOptions): Connections {
  const { client, runtime, secretVersion, signal } = options;
  const entries = new Map<string, Entry>();
  const opening = new Map<string, Promise<Connected>>();
  const retired = new Set<Promise<void>>();
  const retire = (entry: Entry): void => {
    const closing = runtime.sleep(retireAfterMs, signal).then(entry.close, () => undefined);
    retired.add(closing);
    void closing.finally(() => retired.delete(closing));
  };
  const open = async (key: string, wanted: WantedProvider, mayBeOld: boolean): Promise<Connected> => {
    const { namespace, name } = wanted.credential;
    const version = secretVersion(namespace, name);
    const before = entries.get(key);
    if (before && before.version === version && version !== undefined)
      return { kind: 'connected', connection: before };
    const found = await readCredential(client, wanted.credential, signal);
    if (found.kind === 'missing') {
      if (before && mayBeOld) return { kind: 'connected', connection: before };
      return { kind: 'blocked', why: found.why };
    }
    if (before?.credential.equals(found.credential)) {
      const connection = { ...before, version };
      entries.set(key, connection);
      return { kind: 'connected', connection };
    }
    options.onCredential(found.credential);
    const connection = await connect(wanted.reference, found.credential, options);
    const entry = { ...connection, version, budget: before?.budget ?? connection.budget };
    if (before) retire(before);
    entries.set(key, entry);
    return { kind: 'connected', connection: entry };
  };
  return {
    to: async (wanted, mayBeOld) => {
      const key = keyOf(wanted);
      const known = opening.get(key) ?? open(key, wanted, mayBeOld).finally(() => opening.delete(key));
      opening.set(key, known);
      return await known;
    },
    all: () => [...entries.values()],
    close: async () => {
      await Promise.all([...[...entries.values()].map(({ close }) => close()), ...retired]);
    },
  };
}

function keyOf({ reference, credential }: WantedProvider): string {
  const { namespace, name, key } = credential;
  return JSON.stringify([reference.kind, withoutCredentials(reference.config), namespace, name, key]);
}

function withoutCredentials({ credentials: _, ...rest }: ProviderReference['config']) {
  return rest;
}

async function connect(
  { kind, config }: ProviderReference,
  credential: SecretValue,
  { version, runtime, requestsPerMinute, concurrency, lookEveryMs, mayBegin }: ConnectionsOptions,
): Promise<Omit<Entry, 'version'>> {
  const registered = providers.get(kind);
  if (!registered) throw new Error(`there is no provider "${kind}"`);
  const provider = await registered.adapter.connect({
    config: withoutCredentials(config),
    credential,
    version,
    runtime,
    concurrency,
    mayBegin,
  });
  return {
    provider,
    credential,
    lists: createSharedLists(() => runtime.monotonicMs(), Math.min(longestFreshMs, lookEveryMs / 2)),
    budget: createBudget(requestsPerMinute, runtime),
    close: () => provider.close(),
  };
}
