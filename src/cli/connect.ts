/**
 * From what a manifest says about its provider to a connection: the credential, where it may go, and one
 * `Provider` for all sets that say the same. Sends nothing itself.
 */
import { resolve } from 'node:path';
import { ProviderError } from '../core/errors.ts';
import type { ProviderReference } from '../core/manifest/types.ts';
import type { SecretValue } from '../core/secret.ts';
import type { ConnectedProvider, ProviderAdapter } from '../providers/adapter.ts';
import { chooseProviderUrl, namedUrls } from '../providers/choose-url.ts';
import type { CredentialPlaces } from '../providers/credential.ts';
import { type RegisteredProvider, providers } from '../providers/registry.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import type { GlobalOptions } from './options.ts';

export interface Connection {
  readonly provider: ConnectedProvider;
  readonly adapter: ProviderAdapter;
  readonly url: string;
  readonly credential: SecretValue;
  /** Where the credential was found, in words. */
  readonly source: string;
}

export interface Connections {
  /** The same object for the same provider and configuration. */
  to(reference: Pick<ProviderReference, 'kind' | 'config'>): Promise<Connection>;
  close(): Promise<void>;
}

/** Requests in flight at once, to one provider. */
export const concurrency = 10;

export function openConnections(options: GlobalOptions, context: Context): Connections {
  const open = new Map<string, Promise<Connection>>();
  return {
    to: async ({ kind, config }) => {
      // In a file, `credentials` means nothing: it is for the controller.
      const { credentials: _, ...rest } = config;
      const key = JSON.stringify([kind, rest]);
      const known = open.get(key) ?? connect({ kind, config: rest }, options, context);
      open.set(key, known);
      return await known;
    },
    close: async () => {
      const settled = await Promise.allSettled(open.values());
      for (const result of settled) if (result.status === 'fulfilled') await result.value.provider.close();
    },
  };
}

async function connect(
  { kind, config }: Pick<ProviderReference, 'kind' | 'config'>,
  options: GlobalOptions,
  context: Context,
): Promise<Connection> {
  const { descriptor, adapter } = adapterOf(kind);
  const written = typeof config['url'] === 'string' ? config['url'] : undefined;
  const url = chooseUrl(written, { descriptor, adapter }, { options, context });
  const { credential, source } = await findCredential(kind, options, context);
  const { runtime, version } = context;
  const provider = await adapter.connect({
    config: { ...config, url },
    credential,
    version,
    runtime,
    concurrency,
  });
  return { provider, adapter, url, credential, source };
}

/** @throws UsageError for a provider that this version cannot reach */
export function adapterOf(kind: string): RegisteredProvider & { readonly adapter: ProviderAdapter } {
  const registered = providers.get(kind);
  if (registered?.adapter) return { ...registered, adapter: registered.adapter };
  const able = [...providers].flatMap(([name, { adapter }]) => (adapter ? [name] : []));
  throw new UsageError(`keyturn cannot reach "${kind}" in this version. It can reach: ${able.join(', ')}.`);
}

/**
 * Where the API is, as `--provider-url` and the variables of the provider's own tools name it.
 *
 * @throws UsageError when the manifest names a host that nobody named outside it
 */
export function chooseUrl(
  written: string | undefined,
  registered: RegisteredProvider & { readonly adapter: ProviderAdapter },
  { options, context }: { readonly options: GlobalOptions; readonly context: Context },
): string {
  const given = options.providerUrl === undefined ? [] : [options.providerUrl];
  const named = namedUrls(registered.adapter, { given, env: context.env });
  const chosen = chooseProviderUrl(written, registered.descriptor, { named, nameItWith: '--provider-url' });
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
  context: Context,
): Promise<{ readonly credential: SecretValue; readonly source: string }> {
  const store = await adapterOf(kind).adapter.credentials();
  const found = await store.find(credentialPlaces(options, context));
  if (found.kind === 'found') return found;
  const [first = ''] = found.lookedAt;
  const places = found.lookedAt.join(', ');
  throw new ProviderError(
    `${kind}: no credential was found. Looked at: ${places}. Set ${first}, name a file with` +
      ' --credentials-file, or log in with "keyturn login".',
    'credential',
  );
}

export function credentialPlaces(
  options: GlobalOptions,
  { env, homeFolder, cwd }: Context,
): CredentialPlaces {
  const { credentialsFile } = options;
  if (credentialsFile === undefined) return { env, homeFolder };
  return { env, homeFolder, credentialsFile: resolve(cwd, credentialsFile) };
}
