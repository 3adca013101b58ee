/**
 * From what a manifest says about its provider to a connection: the credential, where it may go, and one
 * `Provider` for all sets that say the same. Sends nothing itself.
 */
import { resolve } from 'node:path';
import { InvariantError, ProviderError } from '../core/errors.ts';
import type { SecretValue } from '../core/secret.ts';
import type { ConnectedProvider, ProviderAdapter } from '../providers/adapter.ts';
import { chooseProviderUrl, type Wanted } from '../providers/choose-url.ts';
import type { CredentialPlaces, FoundCredential } from '../providers/credential.ts';
import { type Destined, refuseSharedCredential } from '../providers/one-place.ts';
import { type RegisteredProvider, providers } from '../providers/registry.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import type { GlobalOptions } from './options.ts';

export interface Connection {
  /** `aiven`, `determined`. */
  readonly kind: string;
  readonly provider: ConnectedProvider;
  readonly adapter: ProviderAdapter;
  readonly url: string;
  readonly credential: SecretValue;
  /** Where the credential was found, in words. */
  readonly source: string;
}

export interface Connections {
  /** The same object for the same provider and configuration. */
  to(reference: Wanted): Promise<Connection>;
  close(): Promise<void>;
}

/** Requests in flight at once, to one provider. */
export const concurrency = 10;

/** @param wanted every provider of the run; what only one of them may have is decided by all */
export function openConnections(
  wanted: readonly Wanted[],
  options: GlobalOptions,
  context: Context,
): Connections {
  const open = new Map<string, Promise<Connection>>();
  const destined = new Map<string, Destined>();
  const destine = async (): Promise<void> => {
    for (const one of wanted) destined.set(keyOf(one), await destination(one, wanted, { options, context }));
    const why = refuseSharedCredential([...destined.values()]);
    if (why !== undefined) throw new UsageError(why);
  };
  let ready: Promise<void> | undefined;
  return {
    to: async (reference) => {
      ready ??= destine();
      await ready;
      const key = keyOf(reference);
      const known = open.get(key) ?? connect(reference, destined.get(key), context);
      open.set(key, known);
      return await known;
    },
    close: async () => {
      const settled = await Promise.allSettled(open.values());
      for (const result of settled) if (result.status === 'fulfilled') await result.value.provider.close();
    },
  };
}

function keyOf({ kind, config }: Wanted): string {
  return JSON.stringify([kind, withoutCredentials(config)]);
}

/** In a file, `credentials` means nothing: it is for the controller. */
function withoutCredentials({ credentials: _, ...rest }: Wanted['config']): Wanted['config'] {
  return rest;
}

async function destination(
  wanted: Wanted,
  all: readonly Wanted[],
  { options, context }: { readonly options: GlobalOptions; readonly context: Context },
): Promise<Destined> {
  const { kind } = wanted;
  const url = chooseUrl(wanted, adapterOf(kind), { options, context, all });
  const { credential, source } = await findCredential(kind, options, { context, url });
  return { kind, url, credential, source };
}

async function connect(
  { kind, config }: Wanted,
  destined: Destined | undefined,
  { runtime, version }: Context,
): Promise<Connection> {
  if (!destined) throw new InvariantError(`a connection to ${kind} was not announced`);
  const { url, credential, source } = destined;
  const { adapter } = adapterOf(kind);
  const place = { ...withoutCredentials(config), url };
  const provider = await adapter.connect({ config: place, credential, version, runtime, concurrency });
  return { kind, provider, adapter, url, credential, source };
}

/** @throws UsageError for a provider that there is not */
export function adapterOf(kind: string): RegisteredProvider {
  const registered = providers.get(kind);
  if (registered) return registered;
  throw new UsageError(`There is no provider "${kind}". There are: ${[...providers.keys()].join(', ')}.`);
}

/**
 * Where the API is, as `--provider-url` and the variables of the provider's own tools name it.
 *
 * @throws UsageError when the manifest names a host that nobody named outside it
 */
export function chooseUrl(
  wanted: Wanted,
  registered: RegisteredProvider,
  {
    options,
    context,
    all = [wanted],
  }: { readonly options: GlobalOptions; readonly context: Context; readonly all?: readonly Wanted[] },
): string {
  const given = options.providerUrl === undefined ? [] : [options.providerUrl];
  const named = { given, env: context.env, nameItWith: '--provider-url', all };
  const chosen = chooseProviderUrl(wanted, registered, named);
  if (chosen.kind === 'refused') throw new UsageError(chosen.why);
  return chosen.url;
}

/**
 * The credential of a provider.
 *
 * @throws ProviderError `credential` that says where was looked when there is none
 */
export async function findCredential(
  kind: string,
  options: GlobalOptions,
  { context, url }: { readonly context: Context; readonly url: string },
): Promise<Extract<FoundCredential, { kind: 'found' }>> {
  const store = await adapterOf(kind).adapter.credentials();
  const found = await store.find(credentialPlaces(options, { context, url }));
  if (found.kind === 'found') return found;
  const [first = ''] = found.lookedAt;
  const places = found.lookedAt.join(', ');
  throw new ProviderError(
    `${kind}: no credential was found. Looked at: ${places}. Set ${first}, name a file with` +
      ` --credentials-file, or log in with "keyturn login --provider ${kind}".`,
    'credential',
  );
}

export function credentialPlaces(
  { credentialsFile }: GlobalOptions,
  { context, url }: { readonly context: Context; readonly url: string },
): CredentialPlaces {
  const { env, homeFolder, cwd } = context;
  if (credentialsFile === undefined) return { env, homeFolder, url };
  return { env, homeFolder, url, credentialsFile: resolve(cwd, credentialsFile) };
}
