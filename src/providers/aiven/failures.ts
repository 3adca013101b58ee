/**
 * What an answer of Aiven that is no success means, as a `ProviderError` whose message says what to do. The
 * body is never repeated: only its `message`, cut short and stripped of anything that could be a secret.
 */
import { ProviderError, type ProviderFailure } from '../../core/errors.ts';
import type { HttpAnswer } from '../../net/http.ts';
import { parseJson } from '../../net/json.ts';
import { quoteRemote } from '../../net/remote-words.ts';
import { readRetryAfter } from '../../net/retry.ts';
import { errorBody } from './answers.ts';

export interface FailedCall {
  /** What was being done, such as `listing application users`. */
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Values this request carried that must not appear in a message. */
  readonly hidden: readonly string[];
  /** What a plain 403 means here, where it is not simply a missing role. */
  readonly forbidden?: string;
}

interface Words {
  /** Aiven's own sentence; empty when the body has none. */
  readonly message: string;
  readonly code: string | undefined;
  /** False for an HTML page and the like. */
  readonly isJson: boolean;
}

export function failureOf(answer: HttpAnswer, call: FailedCall): ProviderError {
  const words = readWords(answer, call.hidden);
  const retryAfterMs = waitOf(answer, words);
  const failure = classify(answer.status, words, retryAfterMs);
  const status = words.isJson
    ? `${answer.status}`
    : `${answer.status} ${quoteRemote(answer.reason, call.hidden)}`;
  const parts = [
    `aiven: ${call.what} failed: ${status.trim()}.`,
    advice({ failure, status: answer.status, words, call }),
    words.message && `Aiven says: "${words.message}".`,
  ];
  const detail = { status: answer.status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return new ProviderError(parts.filter(Boolean).join(' '), failure, detail);
}

/** The two texts of a dead credential; `Invalid token` may come with 401 or 403. */
const deadCredential = /Invalid token|Missing \(expired\) db token/;

function classify(status: number, words: Words, retryAfterMs: number | undefined): ProviderFailure {
  if (status === 401 || (status === 403 && deadCredential.test(words.message))) return 'credential';
  if (status === 404) return 'missing';
  if (status === 429)
    return retryAfterMs === undefined && fullQuota.test(words.message) ? 'refused' : 'rateLimited';
  return status === 408 || status >= 500 ? 'ambiguous' : 'refused';
}

/** The status for a full quota is not known; where it is 429, waiting would not help. */
const fullQuota = /quota|maximum number|limit.{0,40}reached/i;

interface Failed {
  readonly failure: ProviderFailure;
  readonly status: number;
  readonly words: Words;
  readonly call: FailedCall;
}

function advice({ failure, status, words, call }: Failed): string {
  if (failure === 'credential')
    return 'The credential is expired, revoked or garbled. Name a new one, or log in again.';
  if (failure === 'rateLimited') return 'The rate limit of the credential is used up.';
  if (failure === 'missing')
    return 'It is not there, or not yet. Check the organization id and run it again.';
  if (failure === 'ambiguous') {
    const effect = call.method === 'GET' ? '' : ' Whether it took effect is unknown; the next run finds out.';
    return `The service failed.${effect}`;
  }
  if (status >= 300 && status < 400)
    return 'It redirects, and following could carry the credential to another host. Check the url.';
  if (fullQuota.test(words.message))
    return 'A quota is full. Revoke what is no longer needed, or ask Aiven for more.';
  return status === 403 ? adviceForbidden(words.code, call) : '';
}

/** Codes that say no more than 403 does. With any other one, Aiven's own sentence is the better advice. */
const plainCodes = [undefined, 'permission_denied', 'user_not_organization_admin', 'authentication_failed'];

function adviceForbidden(code: string | undefined, { forbidden }: FailedCall): string {
  if (code === 'client_ip_address_policy_violation')
    return 'An IP allowlist of the credential or the organization leaves this address out.';
  if (!plainCodes.includes(code)) return '';
  if (forbidden !== undefined) return forbidden;
  return 'The credential may not do this; it needs the organization admin role, and scopes that allow it.';
}

function readWords(answer: HttpAnswer, hidden: readonly string[]): Words {
  const body = errorBody.safeParse(parseJson(answer.text));
  if (!body.success) return { message: '', code: undefined, isJson: false };
  const first = body.data.errors?.[0];
  const message = quoteRemote(body.data.message ?? first?.message ?? '', hidden).replace(/\.$/, '');
  return { message, code: first?.error_code ?? undefined, isJson: true };
}

/** Aiven is only known to tell the wait in its message (aiven/terraform-provider-aiven#575). */
function waitOf(answer: HttpAnswer, words: Words): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined;
  const seconds = /try again in (\d{1,6}) ?s/.exec(words.message)?.[1];
  return readRetryAfter(answer.headers) ?? (seconds === undefined ? undefined : Number(seconds) * 1000);
}
