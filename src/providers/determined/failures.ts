/**
 * What an answer of a Determined master that is no success means, as a `ProviderError` whose message says
 * what to do. The body is never repeated: only its text, cut short and stripped of anything that could be a
 * secret.
 */
import { ProviderError, type ProviderFailure } from '../../core/errors.ts';
import type { HttpAnswer } from '../../net/http.ts';
import { parseJson } from '../../net/json.ts';
import { quoteRemote } from '../../net/remote-words.ts';
import { readRetryAfter } from '../../net/retry.ts';
import { errorBody } from './answers.ts';

export interface FailedCall {
  /** What was being done, such as `listing the users`. */
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Values this request carried that must not appear in a message. */
  readonly hidden: readonly string[];
}

export function failureOf(answer: HttpAnswer, call: FailedCall): ProviderError {
  const words = readWords(answer, call.hidden);
  const { status } = answer;
  const failure = classify(status, words);
  const shown = words === undefined ? `${status} ${quoteRemote(answer.reason, call.hidden)}` : `${status}`;
  const parts = [
    `determined: ${call.what} failed: ${shown.trim()}.`,
    advice({ failure, status, words: words ?? '', call }),
    words && `The master says: "${words}".`,
  ];
  const retryAfterMs = readRetryAfter(answer.headers);
  const detail = { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return new ProviderError(parts.filter(Boolean).join(' '), failure, detail);
}

/** 500 is what many mistakes of a client answer too, so a caller looks again before it believes one. */
function classify(status: number, words: string | undefined): ProviderFailure {
  if (status === 401) return 'credential';
  // Of a page that is not the master's, nothing is known about what is missing.
  if (status === 404) return words === undefined ? 'refused' : 'missing';
  if (status === 501) return 'refused';
  // The only 429 of a master is about the size of a message; a proxy before it may send others.
  if (status === 429) return 'rateLimited';
  return status === 408 || status >= 500 ? 'ambiguous' : 'refused';
}

/** Of 400: what the create says about a lifespan over the configured maximum. */
const lifespanTooLong = /less than max token lifespan/;

interface Failed {
  readonly failure: ProviderFailure;
  readonly status: number;
  readonly words: string;
  readonly call: FailedCall;
}

function advice({ failure, status, words, call }: Failed): string {
  if (failure === 'credential') return adviceDead(words);
  if (failure === 'missing') return 'It is not there. Check the url, and run it again.';
  if (failure === 'rateLimited') return 'Something before the master limits requests.';
  if (failure === 'ambiguous') {
    const effect = call.method === 'GET' ? '' : ' Whether it took effect is unknown; the next run finds out.';
    return `The master failed.${effect}`;
  }
  if (status >= 300 && status < 400)
    return 'It redirects, and following could carry the credential to another host. Check the url.';
  if (status === 501)
    return 'The master does not know this request: access tokens need Determined 0.38 or newer.';
  if (lifespanTooLong.test(words))
    return 'maxAge is over the maximum of this cluster (security.token.max_lifespan_days). Lower it.';
  if (status !== 403) return '';
  return words === inactive
    ? 'The user of the credential is inactive. Activate it, or name another credential.'
    : 'The credential may not do this; it needs the admin role (ClusterAdmin where roles are used).';
}

/** Of 403: the user of the token is inactive, perhaps for a while only. */
const inactive = 'user does not have permission';

function adviceDead(words: string): string {
  const fix = 'Name a new one, or log in again.';
  if (words === 'user access token revoked')
    return `The credential was revoked, perhaps because its user was edited. ${fix}`;
  if (words === 'remote user token expired') return `The credential of a remote user has expired. ${fix}`;
  return `The credential is wrong, expired, or of another cluster. ${fix}`;
}

/** Undefined for what is no answer of a master: an HTML page and the like. */
function readWords(answer: HttpAnswer, hidden: readonly string[]): string | undefined {
  const body = errorBody.safeParse(parseJson(answer.text));
  if (!body.success) return undefined;
  const text = body.data.error?.error ?? body.data.message;
  return typeof text === 'string' ? quoteRemote(text, hidden).replace(/\.$/, '') : undefined;
}
