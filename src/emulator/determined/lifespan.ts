// The lifespan of a new access token: absent, "-1", or a Go duration within the configured maximum.
import { invalid } from './errors.ts';
import { readGoDuration } from './go-values.ts';
import { daysOf, type Toggles } from './toggles.ts';

const DAY_NS = 86_400_000_000_000n;

/**
 * Nanoseconds that a token shall live; 0 is allowed, and so is the maximum itself.
 * @throws ApiError 400
 */
export function readLifespan(toggles: Toggles, text: string | undefined): bigint {
  const longest = BigInt(daysOf(toggles.maxLifespanDays)) * DAY_NS;
  if (text === undefined) return BigInt(daysOf(toggles.defaultLifespanDays)) * DAY_NS;
  if (text === '-1') return longest;
  const duration = readGoDuration(text);
  if (duration.kind === 'bad') throw invalid(`failed to parse lifespan ${text}: ${duration.why}`);
  if (duration.ns < 0n) {
    throw invalid('lifespan must be a Go-formatted duration string with a positive value');
  }
  if (duration.ns > longest) throw invalid('token Lifespan must be less than max token lifespan');
  return duration.ns;
}
