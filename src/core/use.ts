/**
 * When a token was last used by somebody else. Our own verification of a new token is a use to the provider;
 * to whoever decides whether a token may die it is none.
 */
import type { ProviderCapabilities } from './descriptor.ts';
import { roughDuration } from './duration.ts';
import type { TokenRecord } from './observation.ts';

/** How every request of ours begins its `User-Agent`. */
const ownUserAgent = 'keyturn/';

export interface Use {
  /** Undefined: never, or the provider does not tell. */
  readonly lastUsedAt: number | undefined;
  readonly lastUsedFrom: string | undefined;
}

/** The last use by a consumer, in provider milliseconds. */
export function consumerUse(token: TokenRecord | undefined): Use {
  if (!token || isOwnUse(token)) {
    return { lastUsedAt: undefined, lastUsedFrom: undefined };
  }
  return { lastUsedAt: token.lastUsedAt, lastUsedFrom: token.lastUsedFrom };
}

/**
 * `last used 3d ago from 203.0.113.7`, `last used 3d ago by keyturn itself`, or `never used`.
 *
 * @returns undefined where nothing is known, as with a provider that does not tell
 */
export function describeUse(
  token: TokenRecord | undefined,
  now: number,
  { lastUsed }: Pick<ProviderCapabilities, 'lastUsed'>,
): string | undefined {
  if (!token || !lastUsed) return undefined;
  const { lastUsedAt, lastUsedFrom } = token;
  if (lastUsedAt === undefined) return 'never used';
  const from = lastUsedFrom === undefined ? '' : ` from ${lastUsedFrom}`;
  const ago = `last used ${roughDuration(now - lastUsedAt)} ago`;
  return isOwnUse(token) ? `${ago} by keyturn itself` : `${ago}${from}`;
}

function isOwnUse({ lastUserAgent }: TokenRecord): boolean {
  return lastUserAgent?.startsWith(ownUserAgent) === true;
}
