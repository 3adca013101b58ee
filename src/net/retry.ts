/**
 * Sends again what may be sent again: full jitter, a limit of tries, and a deadline over all of them. Whether
 * a request may be repeated at all is the caller's to decide, by the policy it names.
 */
import { ProviderError } from '../core/errors.ts';

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly tries: number;
  /** From the first try; no wait is begun that would end later. */
  readonly totalMs: number;
  /** The longest first wait; it doubles with each try. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  readonly retries: (error: ProviderError) => boolean;
}

/**
 * For requests that do no harm when they arrive twice. 90 s in all outlast one rate-limit window of 60 s.
 */
export const repeatable: RetryPolicy = {
  tries: 6,
  totalMs: 90_000,
  firstWaitMs: 500,
  longestWaitMs: 15_000,
  retries: (error) => error.retryable,
};

/** For a create: only a 429 says for certain that nothing was processed. */
export const onlyRateLimited: RetryPolicy = {
  ...repeatable,
  retries: (error) => error.failure === 'rateLimited',
};

/** The part of the engine's `Runtime` that waiting needs. */
interface RetryRuntime {
  monotonicMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * @param random chance from 0 up to 1
 * @throws what the last try threw; it says so when the service asked for a wait past the deadline
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  { runtime, signal, random = Math.random }: RetryOptions,
): Promise<T> {
  const startMs = runtime.monotonicMs();
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ProviderError) || !policy.retries(error)) throw error;
      if (tried >= policy.tries || signal.aborted) throw error;
      const waitMs = waitBefore(tried, error, { policy, random });
      if (runtime.monotonicMs() - startMs + waitMs > policy.totalMs) throw pastDeadline(error, policy);
      await runtime.sleep(waitMs, signal);
      if (signal.aborted) throw error;
    }
  }
}

interface RetryOptions {
  readonly runtime: RetryRuntime;
  readonly signal: AbortSignal;
  readonly random?: () => number;
}

function waitBefore(
  tried: number,
  error: ProviderError,
  { policy, random }: { readonly policy: RetryPolicy; readonly random: () => number },
): number {
  // Never earlier than asked; spread over a second, since all that was refused waits for one moment.
  if (error.retryAfterMs !== undefined) return error.retryAfterMs + random() * 1000;
  return random() * Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** (tried - 1));
}

function pastDeadline(error: ProviderError, policy: RetryPolicy): ProviderError {
  if (error.retryAfterMs === undefined) return error;
  const asked = Math.ceil(error.retryAfterMs / 1000);
  const message = `${error.message} The service asks to wait ${asked}s, which is past the ${
    policy.totalMs / 1000
  }s that keyturn tries for; run it again after that.`;
  const { status, retryAfterMs } = error;
  return new ProviderError(message, error.failure, {
    ...(status === undefined ? {} : { status }),
    retryAfterMs,
    cause: error,
  });
}

/**
 * A `Retry-After` header (RFC 9110, 10.2.3) in milliseconds. One that is a date is compared with the answer's
 * own `Date`, so that no clock of ours plays a part. Undefined when there is none that can be read.
 */
export function readRetryAfter(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): number | undefined {
  const header = headers['retry-after'];
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = headers['date'];
  const waitMs = Date.parse(header) - (typeof date === 'string' ? Date.parse(date) : Number.NaN);
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
