/**
 * Where a provider's API is: the manifest's url, or the one that whoever runs keyturn named outside it. The
 * same for every front end; only the word they name it with differs.
 */
import type { ProviderDescriptor } from '../core/descriptor.ts';
import type { ProviderAdapter } from './adapter.ts';
import { checkHost } from './credential.ts';

export type ChosenUrl =
  | { readonly kind: 'url'; readonly url: string }
  /** `why` says what to do. */
  | { readonly kind: 'refused'; readonly why: string };

/** The urls named outside the manifest: those given to this run, then those of the provider's own tools. */
export function namedUrls(
  { urlVariables }: Pick<ProviderAdapter, 'urlVariables'>,
  {
    given,
    env,
  }: { readonly given: readonly string[]; readonly env: Readonly<Record<string, string | undefined>> },
): readonly string[] {
  return [...given, ...urlVariables.flatMap((name) => env[name] || [])];
}

/**
 * @param written `url` of the manifest
 * @param options.nameItWith what names a url outside the manifest, such as `--provider-url`
 */
export function chooseProviderUrl(
  written: string | undefined,
  { kind, title, defaultUrl }: Pick<ProviderDescriptor, 'kind' | 'title' | 'defaultUrl'>,
  { named, nameItWith }: { readonly named: readonly string[]; readonly nameItWith: string },
): ChosenUrl {
  const isDefault = written === undefined || written === defaultUrl;
  const url = isDefault ? (named[0] ?? defaultUrl) : written;
  if (url === undefined)
    return { kind: 'refused', why: `Where ${title} is must be named: give ${nameItWith}.` };
  const verdict = checkHost(url, { defaultUrl, named, nameItWith });
  if (verdict.kind === 'refused') return { kind: 'refused', why: `${kind}: ${verdict.why}` };
  return { kind: 'url', url: url.replace(/\/+$/, '') };
}
