/**
 * One request over undici, and what is known when no answer came: whether it was ever sent. Together with
 * `http.ts` the only place that knows undici. It repeats nothing and follows no redirect.
 */
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';

export interface DispatcherOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Most connections, and so most requests in flight. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Longest wait for the head of an answer, and for each next piece of its body. */
  readonly answerTimeoutMs: number;
  readonly largestAnswerBytes: number;
  /** How long a connection without a request is kept; 4 s unless told. */
  readonly keepAliveMs?: number;
  readonly tls?: TlsOptions;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are looked up, in either case. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is presented and trusted when a connection is made, instead of what Node trusts; PEM. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  /** False only where a person says so in so many words. */
  readonly rejectUnauthorized?: boolean;
}

/** An answer as it came, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** No complete answer came. `sent` is false only when no byte of the request can have left. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly sent: boolean;
  /** The error code of Node or undici, such as `ECONNREFUSED`. */
  readonly code: string;
  constructor(error: Error, sent: boolean) {
    // undici's own error is not kept as the cause: a parser error carries the bytes it could not read.
    super(sent ? codeOf(error) : messageOf(error));
    this.sent = sent;
    this.code = codeOf(error);
  }
}

/** A pool for one origin, through the proxy that the environment names for it. Opens nothing yet. */
export async function openDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const settings = {
    connections: options.connections,
    connectTimeout: options.connectTimeoutMs,
    headersTimeout: options.answerTimeoutMs,
    bodyTimeout: options.answerTimeoutMs,
    maxResponseSize: options.largestAnswerBytes,
    // One request at a time on a connection, and none kept idle for long: a request is never queued behind
    // another on a connection that dies, and rarely written to one that the server has just closed.
    pipelining: 1,
    keepAliveTimeout: options.keepAliveMs ?? 4000,
    allowH2: false,
  };
  const connect = options.tls === undefined ? {} : { connect: { ...options.tls } };
  const read = (name: string) => options.env[name.toLowerCase()] || options.env[name] || '';
  const proxies = {
    httpProxy: read('HTTP_PROXY'),
    httpsProxy: read('HTTPS_PROXY'),
    noProxy: read('NO_PROXY'),
  };
  const isProxied = proxies.httpProxy !== '' || proxies.httpsProxy !== '';
  if (!isProxied || isLoopback(new URL(options.origin).hostname))
    return new Pool(options.origin, { ...settings, ...connect });
  const { openProxyAgent } = await import('./proxy-agent.ts');
  const requestTls = options.tls === undefined ? {} : { requestTls: { ...options.tls } };
  return openProxyAgent({ ...settings, ...requestTls, ...proxies });
}

/** As Go does, a proxy is never asked for this machine itself. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/**
 * Sends one request once and collects its answer.
 * @param mayBegin asked directly before the request is written; when it says no, nothing is sent
 * @throws TransportFailure when there is no complete answer
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { signal, mayBegin = () => true }: { readonly signal: AbortSignal; readonly mayBegin?: () => boolean },
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const chunks: Buffer[] = [];
  let head: Omit<RawAnswer, 'text'> | undefined;
  let controller: Dispatcher.DispatchController | undefined;
  const stop = () => {
    if (controller === undefined) reject(new TransportFailure(stopped(), false));
    else controller.abort(stopped());
  };
  const settle = (act: () => void) => {
    signal.removeEventListener('abort', stop);
    act();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  else
    dispatcher.dispatch(request, {
      // Called directly before the request is written to a connection that stands.
      onRequestStart: (given) => {
        if (signal.aborted || !mayBegin()) return given.abort(stopped());
        controller = given;
      },
      onResponseStart: (_controller, status, headers, reason = '') => {
        head = { status, reason, headers };
      },
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd: () =>
        settle(() => {
          const answer = head && { ...head, text: Buffer.concat(chunks).toString() };
          // The pool counts a connection as free only after the next turn of the event loop. A request that
          // follows an answer handed on before that would open another connection.
          if (answer) setImmediate(() => setImmediate(() => resolve(answer)));
        }),
      onResponseError: (_controller, error) =>
        settle(() => reject(new TransportFailure(error, controller !== undefined))),
    });
  return promise;
}

export function stopped(): Error {
  return Object.assign(new Error('it was stopped'), { code: 'ABORTED' });
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Node reports several addresses that failed as one error without a message. */
function messageOf(error: Error): string {
  const first = error instanceof AggregateError ? error.errors[0] : undefined;
  return error.message || (first instanceof Error ? first.message : codeOf(error));
}
