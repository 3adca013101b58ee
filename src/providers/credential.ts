/**
 * Where credentials come from and where they may go, for every provider (DESIGN 3.4). A manifest comes from a
 * pull request and is not trusted with that: a `url` it names must be the default or be named elsewhere too.
 */
import type { SecretValue } from '../core/secret.ts';

export interface CredentialPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--credentials-file`. */
  readonly credentialsFile?: string;
  readonly homeFolder: string;
  /** Where the credential will be sent; some tools keep one for each address. */
  readonly url?: string;
}

export type FoundCredential =
  /** `source` names the place for people: `AIVEN_TOKEN`, or the path of a file. */
  | {
      readonly kind: 'found';
      readonly credential: SecretValue;
      readonly source: string;
      /** Whether it was kept by a login, so that a logout may end it. */
      readonly fromLogin: boolean;
    }
  | { readonly kind: 'missing'; readonly lookedAt: readonly string[] };

export type HostVerdict =
  | { readonly kind: 'allowed' }
  /** `why` is a sentence with what to do. */
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Whether a credential may be sent to the url of a manifest. Scheme, host and port must be those of the
 * default or of a url named by whoever runs keyturn; the path does not matter.
 *
 * @param named from `--provider-url`, a variable or the Action's input; what is no url counts for nothing
 */
export function checkHost(
  manifestUrl: string,
  {
    defaultUrl,
    named,
    nameItWith = '--provider-url',
  }: {
    readonly defaultUrl: string | undefined;
    readonly named: readonly string[];
    readonly nameItWith?: string;
  },
): HostVerdict {
  const origin = originOf(manifestUrl);
  const trusted = [...(defaultUrl === undefined ? [] : [defaultUrl]), ...named].map(originOf);
  if (origin !== undefined && trusted.includes(origin)) return { kind: 'allowed' };
  const shown = origin ?? 'which is no http or https url';
  const why =
    `The manifest's url (${shown}) is not named outside the manifest, so the credential is not sent there. ` +
    `If it is right, name it with ${nameItWith} too.`;
  return { kind: 'refused', why };
}

/** Undefined for what is no web address, and for one with a user name in it, which only serves to mislead. */
export function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.username === '' && url.password === '';
  return isPlain && (url.protocol === 'https:' || url.protocol === 'http:') ? url.origin : undefined;
}
