/**
 * What an answer of GitHub that is no success means, as a `ProviderError` whose message says what to do. Its
 * `failure` and `status` tell the kinds apart: `credential` (401), `refused` with 403 (a permission is
 * missing), 409 or 422, `missing` (404, which may also be a lack of access), `rateLimited` (403 or 429),
 * `ambiguous` (5xx, or no full answer), `unreachable` (never sent).
 */
import * as z from 'zod';
import { assertNever, ProviderError, type ProviderFailure } from '../core/errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import { parseJson } from '../net/json.ts';
import { quoteRemote } from '../net/remote-words.ts';
import { readRetryAfter } from '../net/retry.ts';
import { adviseAccess, adviseMissingPermission } from './permissions.ts';

export interface FailedCall {
  /** What was being done, such as `reading the variable "A" of acme/payments`. */
  readonly what: string;
  readonly isRead: boolean;
  /** The permission it takes, as `secrets=write`, where GitHub does not name it. */
  readonly needs?: string;
  /** Values this request carried that must not appear in a message. */
  readonly hidden: readonly string[];
}

const errorBody = z.object({
  message: z.string().nullish(),
  errors: z.array(z.union([z.object({ message: z.string().nullish() }), z.string()])).nullish(),
});

/** GitHub asks to wait at least a minute where a secondary limit names no time (docs: best practices). */
const secondaryWaitMs = 60_000;

/** @param answer anything but a success */
export function failureOf(answer: HttpAnswer, call: FailedCall): ProviderError {
  const words = readWords(answer, call.hidden);
  const isLimited = isRateLimit(answer, words ?? '');
  const retryAfterMs = isLimited || answer.status === 503 ? waitOf(answer, isLimited) : undefined;
  const failure = isLimited ? 'rateLimited' : classify(answer.status);
  // A page of a proxy says more by its reason than by its body.
  const status = words === undefined ? `${answer.status} ${quoteRemote(answer.reason)}` : `${answer.status}`;
  const parts = [
    `github: ${call.what} failed: ${status.trim()}.`,
    advice(failure, answer, call),
    words && `GitHub says: "${words}".`,
  ];
  return new ProviderError(parts.filter(Boolean).join(' '), failure, {
    status: answer.status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Names the field that could not be read, never what was in it. */
export function unreadable(error: z.ZodError, status: number, call: FailedCall): ProviderError {
  const field = error.issues[0]?.path.join('.') || 'the body';
  const why = `the answer (${status}) cannot be read at ${field}. Check that the url is that of GitHub's`;
  const failure = call.isRead ? 'refused' : 'ambiguous';
  return new ProviderError(`github: ${call.what} failed: ${why} API.${effect(call)}`, failure, { status });
}

function classify(status: number): ProviderFailure {
  if (status === 401) return 'credential';
  if (status === 404) return 'missing';
  return status === 408 || status >= 500 ? 'ambiguous' : 'refused';
}

/** GitHub answers both kinds of limit with 403 or 429. */
function isRateLimit({ status, headers }: HttpAnswer, words: string): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const isUsedUp = headers['x-ratelimit-remaining'] === '0';
  return isUsedUp || headers['retry-after'] !== undefined || /secondary rate limit|abuse/i.test(words);
}

/** Milliseconds to wait. The reset is compared with the answer's own `Date`, so no clock of ours counts. */
function waitOf({ headers }: HttpAnswer, isLimited: boolean): number | undefined {
  const asked = readRetryAfter(headers);
  if (asked !== undefined || !isLimited) return asked;
  if (headers['x-ratelimit-remaining'] !== '0') return secondaryWaitMs;
  const { 'x-ratelimit-reset': reset, date } = headers;
  const waitMs = Number(reset) * 1000 - (typeof date === 'string' ? Date.parse(date) : Number.NaN);
  return Number.isNaN(waitMs) ? secondaryWaitMs : Math.max(0, waitMs);
}

function advice(failure: ProviderFailure, { status, headers }: HttpAnswer, call: FailedCall): string {
  const named = headers['x-accepted-github-permissions'];
  const accepted = typeof named === 'string' ? named : call.needs;
  switch (failure) {
    case 'credential':
      return 'The token is expired, revoked or garbled. Name a new one.';
    case 'rateLimited':
      return headers['x-ratelimit-remaining'] === '0'
        ? 'The hourly rate limit of the token is used up.'
        : 'GitHub asks for a pause (a secondary rate limit).';
    case 'missing':
      return `It is not there, or the token may not see it${adviseAccess(accepted)}: either is answered so.`;
    case 'ambiguous':
      return `GitHub failed.${effect(call)}`;
    case 'refused':
    case 'unreachable':
      return adviceRefused(status, accepted);
    default:
      return assertNever(failure);
  }
}

function adviceRefused(status: number, accepted: string | undefined): string {
  if (status >= 300 && status < 400)
    return 'It has moved: it was renamed or transferred. Name it as it is called now.';
  return status === 403 ? adviseMissingPermission(accepted) : '';
}

function effect({ isRead }: FailedCall): string {
  return isRead ? '' : ' Whether it took effect is unknown; the next run finds out.';
}

/** GitHub's own sentences; undefined when the body is not GitHub's. */
function readWords({ text }: HttpAnswer, hidden: readonly string[]): string | undefined {
  const body = errorBody.safeParse(parseJson(text));
  if (!body.success) return undefined;
  const details = (body.data.errors ?? []).map((one) => (typeof one === 'string' ? one : one.message));
  const all = [body.data.message, ...details].filter(Boolean).join(': ');
  return quoteRemote(all, hidden).replace(/\.$/, '');
}
