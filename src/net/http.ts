/**
 * HTTP to one service: keep-alive, bounded concurrency, timeouts, proxies, and the service's own time. Any
 * answer is handed on, whatever its status; what a status means is the adapter's to say. Nothing is repeated
 * here and no redirect is followed, since it could carry the credential to another host.
 */
import type { Dispatcher } from 'undici';
import { InvariantError, ProviderError } from '../core/errors.ts';
import { exchange, openDispatcher, type RawAnswer, type TlsOptions, TransportFailure } from './dispatcher.ts';
import { oneLine } from './remote-words.ts';
import { createServerClock } from './server-clock.ts';
import { openStream, type StreamedAnswer } from './stream.ts';

export type HttpAnswer = RawAnswer;
export type { StreamedAnswer, TlsOptions };

export interface HttpOptions {
  /** Scheme, host, port and a path prefix; a slash at its end is ignored. */
  readonly baseUrl: string;
  /** The service's name in messages, such as `aiven`. */
  readonly title: string;
  /** Ours, for the `User-Agent`. */
  readonly version: string;
  /** Most requests in flight; 10 unless told. */
  readonly concurrency?: number;
  /** 10 s unless told. */
  readonly connectTimeoutMs?: number;
  /** Longest silence while an answer is awaited; 30 s unless told. */
  readonly answerTimeoutMs?: number;
  /** 32 MiB unless told; -1, for streams, is no limit. */
  readonly largestAnswerBytes?: number;
  /** How long a connection without a request is kept; 4 s unless told. */
  readonly keepAliveMs?: number;
  readonly tls?: TlsOptions;
  /**
   * Asked directly before a request is written to its connection; when it says no, nothing is sent. For who
   * may act for a limited time, and may have been frozen since.
   */
  readonly mayBegin?: () => boolean;
  readonly monotonicMs?: () => number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base url, led by a slash, already percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` unless told. */
  readonly contentType?: string;
  /** What is being done, for messages: `listing application users`. */
  readonly what: string;
}

export interface Http {
  /** @throws ProviderError `unreachable` when it was never sent, `ambiguous` when no full answer came */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Sends one request and hands on its answer while it arrives. A body that breaks throws ProviderError.
   * @param silenceMs the longest silence within the body
   */
  stream(
    request: HttpRequest,
    options: { readonly signal: AbortSignal; readonly silenceMs: number },
  ): Promise<StreamedAnswer>;
  /** The service's time in milliseconds since the epoch. @throws InvariantError before the first answer */
  now(): number;
  /** Ends the connections once the requests in flight are answered. */
  close(): Promise<void>;
}

const secondMs = 1000;
const mebibyte = 1024 * 1024;

export function createHttp(options: HttpOptions): Http {
  const url = new URL(options.baseUrl);
  const prefix = url.pathname.replace(/\/+$/, '');
  const answerTimeoutMs = options.answerTimeoutMs ?? 30 * secondMs;
  const clock = createServerClock(options.monotonicMs ?? (() => performance.now()));
  const opened = openDispatcher({
    origin: url.origin,
    connections: options.concurrency ?? 10,
    connectTimeoutMs: options.connectTimeoutMs ?? 10 * secondMs,
    answerTimeoutMs,
    largestAnswerBytes: options.largestAnswerBytes ?? 32 * mebibyte,
    ...(options.keepAliveMs === undefined ? {} : { keepAliveMs: options.keepAliveMs }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    env: options.env ?? process.env,
  });
  const subject = { title: options.title, origin: url.origin, answerTimeoutMs };
  const admission = options.mayBegin === undefined ? {} : { mayBegin: options.mayBegin };
  let answered = false;
  return {
    send: async (request, signal) => {
      const dispatched = dispatchOptions(request, { ...options, origin: url.origin, prefix });
      try {
        const answer = await exchange(await opened, dispatched, { signal, ...admission });
        answered = true;
        clock.hear(answer.headers['date']);
        return answer;
      } catch (error) {
        throw error instanceof TransportFailure ? explain(error, request, subject) : error;
      }
    },
    stream: async (request, { signal, silenceMs }) => {
      const dispatched = dispatchOptions(request, { ...options, origin: url.origin, prefix });
      const patient = { ...dispatched, bodyTimeout: silenceMs };
      const ours = { ...subject, answerTimeoutMs: silenceMs };
      try {
        const answer = await openStream(await opened, patient, signal);
        return { ...answer, body: explained(answer.body, (failure) => explain(failure, request, ours)) };
      } catch (error) {
        throw error instanceof TransportFailure ? explain(error, request, subject) : error;
      }
    },
    now: () => {
      const now = clock.now();
      if (now !== undefined) return now;
      if (!answered)
        throw new InvariantError(`the time of ${url.origin} was asked for before its first answer`);
      const why = `the answers of ${url.origin} carry no "Date" header, so its time is unknown`;
      throw new ProviderError(
        `${options.title}: ${why}. Look at what stands between, such as a proxy.`,
        'refused',
      );
    },
    close: async () => (await opened).close(),
  };
}

async function* explained(
  body: AsyncIterable<Buffer>,
  toError: (failure: TransportFailure) => ProviderError,
): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw error instanceof TransportFailure ? toError(error) : error;
  }
}

function dispatchOptions(
  { method, path, headers, body, contentType = 'application/json' }: HttpRequest,
  { version, origin, prefix }: { readonly version: string; readonly origin: string; readonly prefix: string },
): Dispatcher.DispatchOptions {
  const common = { accept: 'application/json', 'user-agent': `keyturn/${version}`, ...headers };
  const target = { origin, method, path: `${prefix}${path}` };
  if (body === undefined) return { ...target, headers: common };
  const json = { ...common, 'content-type': contentType };
  return { ...target, headers: json, body: JSON.stringify(body) };
}

interface Subject {
  readonly title: string;
  readonly origin: string;
  readonly answerTimeoutMs: number;
}

function explain(failure: TransportFailure, request: HttpRequest, subject: Subject): ProviderError {
  const failed = `${subject.title}: ${request.what} failed: `;
  if (!failure.sent) {
    if (failure.code === 'ABORTED')
      return new ProviderError(`${failed}it was stopped before it was sent.`, 'unreachable');
    const why = `${subject.origin} cannot be reached (${oneLine(failure.message)}). ${hint(failure.code)}`;
    return new ProviderError(`${failed}${why}`, 'unreachable', { cause: failure });
  }
  const effect =
    request.method === 'GET' ? '' : ' Whether it took effect is unknown; the next run finds out.';
  return new ProviderError(`${failed}${silence(failure.code, subject)}.${effect}`, 'ambiguous', {
    cause: failure,
  });
}

function hint(code: string): string {
  if (/CERT|SIGNATURE|TLS|SSL/.test(code))
    return 'Check the url; name a certificate authority of your own in NODE_EXTRA_CA_CERTS.';
  return 'Check the url, the network, and HTTPS_PROXY and NO_PROXY.';
}

function silence(code: string, { origin, answerTimeoutMs }: Subject): string {
  if (code === 'ABORTED') return 'it was stopped before the answer came';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return `${origin} was silent for ${answerTimeoutMs / secondMs}s`;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return `the answer of ${origin} is too large`;
  return `the connection to ${origin} broke before the answer was complete (${code})`;
}
