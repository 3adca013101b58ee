/**
 * Sends one request until it has an answer: what goes again, for how long, and that nothing is sent while
 * GitHub asks for a pause. Knows no paths and no meaning of an answer beyond success.
 */
import { ProviderError } from '../core/errors.ts';
import type { SecretValue } from '../core/secret.ts';
import type { Http, HttpAnswer } from '../net/http.ts';
import { onlyRateLimited, repeatable, retry, type RetryPolicy } from '../net/retry.ts';
import type { SystemRuntime } from '../net/runtime.ts';
import { failureOf } from './failures.ts';
import { createPace } from './pace.ts';

/** Every release of GitHub that is supported knows it. */
const apiVersion = '2022-11-28';

export interface Sending {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** True for a query that is sent as a POST, too. */
  readonly isRead: boolean;
  /** Path and query, encoded. */
  readonly target: string;
  readonly body?: object;
  readonly what: string;
  readonly needs?: string;
  /** Values that must not come back in a message, the token among them. */
  readonly hidden: readonly string[];
}

export interface Sender {
  /** @returns a success @throws ProviderError for anything else */
  send(sending: Sending, signal: AbortSignal): Promise<HttpAnswer>;
  /** Requests sent so far. */
  sent(): number;
}

export interface SenderOptions {
  readonly token: SecretValue;
  readonly runtime: Pick<SystemRuntime, 'monotonicMs' | 'sleep'>;
  readonly patienceMs: number;
}

export function createSender(http: Http, { token, runtime, patienceMs }: SenderOptions): Sender {
  const pace = createPace(runtime);
  let sent = 0;
  /** While GitHub asks for a pause, nothing is sent: asking all the same prolongs it. */
  let limit: { readonly endMs: number; readonly error: ProviderError } | undefined;

  const attempt = async (sending: Sending, signal: AbortSignal) => {
    const { method, target, what, body } = sending;
    if (limit && limit.endMs > runtime.monotonicMs())
      throw stillLimited(limit.error, what, limit.endMs - runtime.monotonicMs());
    sent += 1;
    const answer = await http.send({ method, path: target, headers: headersFor(token), body, what }, signal);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const error = failureOf(answer, sending);
    if (error.failure === 'rateLimited' && error.retryAfterMs !== undefined)
      limit = { endMs: runtime.monotonicMs() + error.retryAfterMs, error };
    throw error;
  };
  return {
    send: async (sending, signal) => {
      const again: Again = (once) => retry(once, policyOf(sending, patienceMs), { runtime, signal });
      const once = () => attempt(sending, signal);
      if (sending.isRead) return await again(once);
      return await withDoubt(sending, () => pace.write(once, signal), again);
    },
    sent: () => sent,
  };
}

type Again = (once: () => Promise<HttpAnswer>) => Promise<HttpAnswer>;

function policyOf({ method, isRead }: Sending, patienceMs: number): RetryPolicy {
  // A comment or a variable that is created twice is there twice, or fails the second time.
  const policy = method === 'POST' && !isRead ? onlyRateLimited : repeatable;
  const isUnsent = (error: ProviderError) => error.failure === 'unreachable';
  return { ...policy, totalMs: patienceMs, retries: (error) => policy.retries(error) || isUnsent(error) };
}

/**
 * Runs a write with its repetitions. One that once got no answer may have taken effect, whatever is said to a
 * repetition: then the last word is `ambiguous`. Only a DELETE that finds nothing any more is answer enough.
 */
async function withDoubt(
  { method }: Sending,
  attempt: () => Promise<HttpAnswer>,
  again: Again,
): Promise<HttpAnswer> {
  let isDoubtful = false;
  try {
    return await again(async () => {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof ProviderError && error.failure === 'ambiguous') isDoubtful = true;
        throw error;
      }
    });
  } catch (error) {
    if (!(error instanceof ProviderError) || !isDoubtful || error.failure === 'ambiguous') throw error;
    if (method === 'DELETE' && error.failure === 'missing') throw error;
    const { message, status } = error;
    const doubt = `${message} An earlier try of it got no answer, so whether it took effect is unknown.`;
    const detail = { cause: error, ...(status === undefined ? {} : { status }) };
    throw new ProviderError(doubt, 'ambiguous', detail);
  }
}

function stillLimited(error: ProviderError, what: string, leftMs: number): ProviderError {
  const detail = { retryAfterMs: leftMs, ...(error.status === undefined ? {} : { status: error.status }) };
  return new ProviderError(`github: ${what} was not tried. ${error.message}`, 'rateLimited', detail);
}

function headersFor(token: SecretValue): Readonly<Record<string, string>> {
  return {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token.reveal()}`,
    'x-github-api-version': apiVersion,
  };
}
