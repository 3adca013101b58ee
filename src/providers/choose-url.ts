/**
 * Where a provider's API is: the manifest's url, or the one that whoever runs keyturn named outside it. The
 * same for every front end; only the word they name it with differs.
 */
import type { ProviderDescriptor } from '../core/descriptor.ts';
import type { ProviderAdapter } from './adapter.ts';
import { type CredentialPlaces, checkHost, originOf } from './credential.ts';

export type ChosenUrl =
  | { readonly kind: 'url'; readonly url: string }
  /** `why` says what to do. */
  | { readonly kind: 'refused'; readonly why: string };

/** A provider that a run reaches, as manifests name it. */
export interface Wanted {
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
}

interface Registered {
  readonly descriptor: Pick<ProviderDescriptor, 'kind' | 'title' | 'defaultUrl'>;
  readonly adapter: Pick<ProviderAdapter, 'urlsIn'>;
}

interface Named {
  /** Urls given to the run as a whole. */
  readonly given: readonly string[];
  readonly env: CredentialPlaces['env'];
  /** What names a url outside the manifest, such as `--provider-url`. */
  readonly nameItWith: string;
  /** Every provider of the run: a given url that one of them writes is meant for that one. */
  readonly all: readonly Wanted[];
}

/** The url of one provider of a run. */
export function chooseProviderUrl(
  { config }: Pick<Wanted, 'config'>,
  { descriptor, adapter }: Registered,
  { given, env, nameItWith, all }: Named,
): ChosenUrl {
  const { kind, title, defaultUrl } = descriptor;
  const written = writtenUrl(config);
  const named = [...given, ...adapter.urlsIn(env)];
  const isDefault = written === undefined || written === defaultUrl;
  const elsewhere = new Set(
    all.filter((wanted) => wanted.kind !== kind).map((wanted) => originOf(writtenUrl(wanted.config) ?? '')),
  );
  const free = named.filter((url) => !elsewhere.has(originOf(url)));
  const url = isDefault ? (free[0] ?? defaultUrl) : written;
  if (url === undefined)
    return { kind: 'refused', why: `Where ${title} is must be named: give ${nameItWith}.` };
  const verdict = checkHost(url, { defaultUrl, named, nameItWith });
  if (verdict.kind === 'refused') return { kind: 'refused', why: `${kind}: ${verdict.why}` };
  return { kind: 'url', url: url.replace(/\/+$/, '') };
}

function writtenUrl(config: Wanted['config']): string | undefined {
  return typeof config['url'] === 'string' ? config['url'] : undefined;
}
