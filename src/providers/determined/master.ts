/** What a master tells about itself that a person should know before anything is created. */
import { ProviderError } from '../../core/errors.ts';
import type { Master } from './answers.ts';
import * as calls from './calls.ts';
import type { Requests } from './requests.ts';

/** The release that keyturn is tested against, and the first with access tokens. */
const tested = [0, 38, 1] as const;
const first = [0, 38, 0] as const;
const daySeconds = 86_400;

/** A sentence about a release that is too old or untested, or nothing. */
export function describeMaster({ version }: Pick<Master, 'version'>): readonly string[] {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
  if (major === undefined) return [];
  const numbers = [Number(major), Number(minor), Number(patch ?? 0)];
  if (compare(numbers, first) < 0)
    return [`The master says it is Determined ${version}, and access tokens came with 0.38: upgrade it.`];
  if (compare(numbers, tested) > 0)
    return [`The master says it is Determined ${version}; keyturn was tested with ${tested.join('.')}.`];
  return [];
}

/**
 * The longest lifespan that the master grants, in seconds, so that a plan can say it before a create is
 * refused. Undefined where the credential may not read the configuration, which takes an admin.
 */
export async function learnLongestMaxAge(
  requests: Requests,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const { config } = await requests.again(calls.getMasterConfig, signal);
    return config.security.token.max_lifespan_days * daySeconds;
  } catch (error) {
    if (error instanceof ProviderError && error.failure !== 'credential') return undefined;
    throw error;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = b.findIndex((part, position) => a[position] !== part);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
