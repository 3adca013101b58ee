/**
 * Sends requests to an API server: with what `Access` says at that moment, again where that does no harm, and
 * on new connections when the certificates have changed. Knows paths and statuses, no objects.
 */
import { createHash } from 'node:crypto';
import { ProviderError } from '../core/errors.ts';
import {
  createHttp,
  type Http,
  type HttpAnswer,
  type HttpRequest,
  type StreamedAnswer,
} from '../net/http.ts';
import { repeatable, retry } from '../net/retry.ts';
import type { AccessFacts } from './access.ts';
import type { KubernetesOptions, WatchRequest } from './client.ts';
import { failureOf, KubernetesError, withoutAnswer } from './failures.ts';

export interface Sending {
  readonly method: HttpRequest['method'];
  /** Encoded, without query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** What is accepted instead of plain objects. */
  readonly accept?: string;
  readonly what: string;
  readonly retry?: boolean;
  readonly hidden?: readonly string[];
}

export interface Sender {
  /** @returns a success @throws KubernetesError for anything else */
  send(sending: Sending, signal: AbortSignal): Promise<HttpAnswer>;
  stream(path: string, what: string, request: WatchRequest): Promise<StreamedAnswer>;
  sent(): number;
  close(): Promise<void>;
}

/** Lists come as metadata alone where only that is wanted. */
export const metadataList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const metadataObject = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const longestErrorBytes = 64 * 1024;
/** A keep-alive connection of a Go server ends after minutes; a new one costs a TLS handshake. */
const keepAliveMs = 60_000;

export function createSender(options: KubernetesOptions): Sender {
  const { access, runtime, patienceMs = 60_000 } = options;
  const lines = createLines(options);
  let sent = 0;

  const attempt = async (sending: Sending, signal: AbortSignal): Promise<HttpAnswer> => {
    const facts = await access.current();
    const isRead = sending.method === 'GET';
    const { calls, changes } = lines.to(facts);
    sent += 1;
    try {
      const answer = await (isRead ? calls : changes).send(requestOf(sending, facts), signal);
      if (answer.status < 300) return answer;
      throw failureOf(answer, { ...sending, isRead });
    } catch (error) {
      throw ours(error);
    }
  };
  /** A token or certificate that was exchanged a moment ago is no reason to fail. */
  const renewing = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (!isStale(error)) throw error;
      await access.renew();
      return await call();
    }
  };
  return {
    send: async (sending, signal) => {
      const once = () => renewing(() => attempt(sending, signal));
      if (sending.retry === false) return await once();
      const retries = sending.method === 'GET' ? repeatable.retries : isHarmless;
      return await retry(once, { ...pace, retries, totalMs: patienceMs }, { runtime, signal });
    },
    stream: (path, what, request) =>
      renewing(async () => {
        const facts = await access.current();
        sent += 1;
        const accept = request.metadataOnly ? { accept: metadataObject } : {};
        const sending = { method: 'GET', path, query: request.query, what, ...accept } as const;
        return await openStream(lines.to(facts).watches, sending, { facts, request });
      }),
    sent: () => sent,
    close: () => lines.close(),
  };
}

/** An API server that is started anew is back within seconds, and is asked by few. */
const pace = { tries: 12, firstWaitMs: 250, longestWaitMs: 5000 };

/** A 429 and a request that was never sent had no effect. */
function isHarmless({ failure }: ProviderError): boolean {
  return failure === 'rateLimited' || failure === 'unreachable';
}

function isStale(error: unknown): boolean {
  if (!(error instanceof KubernetesError)) return false;
  if (error.kind === 'unauthorized') return true;
  return error.kind === 'unreachable' && /certificate|TLS|SSL/i.test(error.message);
}

function requestOf(sending: Sending, { authorization }: AccessFacts): HttpRequest {
  const { method, path, query = {}, body, contentType, accept, what } = sending;
  const search = new URLSearchParams(query);
  return {
    method,
    what,
    path: search.size === 0 ? path : `${path}?${search}`,
    headers: {
      ...(authorization === undefined ? {} : { authorization: authorization.reveal() }),
      ...(accept === undefined ? {} : { accept }),
    },
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

async function openStream(
  watches: Http,
  sending: Sending,
  { facts, request }: { readonly facts: AccessFacts; readonly request: WatchRequest },
): Promise<StreamedAnswer> {
  try {
    const answer = await watches.stream(requestOf(sending, facts), request);
    if (answer.status === 200) return { ...answer, body: withOurErrors(answer.body) };
    const { status, reason, headers } = answer;
    const text = await readSome(answer.body);
    throw failureOf({ status, reason, headers, text }, { what: sending.what, isRead: true });
  } catch (error) {
    throw ours(error);
  }
}

async function* withOurErrors(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw ours(error);
  }
}

function ours(error: unknown): unknown {
  return error instanceof ProviderError && !(error instanceof KubernetesError) ? withoutAnswer(error) : error;
}

async function readSome(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of body) {
    text += piece.toString();
    if (text.length > longestErrorBytes) break;
  }
  return text;
}

/** Connections for reads, for changes, and for watches, which hold one each. */
interface Line {
  readonly key: string;
  readonly calls: Http;
  readonly changes: Http;
  readonly watches: Http;
}

/** New connections whenever server or certificates change; the old ones end once they are answered. */
function createLines(options: KubernetesOptions): {
  to(facts: AccessFacts): Line;
  close(): Promise<void>;
} {
  let line: Line | undefined;
  const retired: Promise<void>[] = [];
  const end = async ({ calls, changes, watches }: Line) => {
    await Promise.all([calls.close(), changes.close(), watches.close()]);
  };
  return {
    to: ({ server, tls }) => {
      const key = createHash('sha256')
        .update(JSON.stringify([server, tls]))
        .digest('hex');
      if (line?.key === key) return line;
      if (line) retired.push(end(line).catch(() => undefined));
      line = openLine(options, { server, tls }, key);
      return line;
    },
    close: async () => {
      if (line) await end(line);
      await Promise.all(retired);
    },
  };
}

function openLine(
  options: KubernetesOptions,
  { server, tls }: Pick<AccessFacts, 'server' | 'tls'>,
  key: string,
): Line {
  const { version, runtime, answerTimeoutMs, mayBegin, concurrency = 20 } = options;
  const common = {
    baseUrl: server,
    title: 'kubernetes',
    version,
    tls,
    keepAliveMs,
    monotonicMs: () => runtime.monotonicMs(),
    ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
  };
  return {
    key,
    calls: createHttp({ ...common, concurrency, largestAnswerBytes: 256 * 1024 * 1024 }),
    changes: createHttp({ ...common, concurrency, ...(mayBegin === undefined ? {} : { mayBegin }) }),
    watches: createHttp({ ...common, concurrency: 64, largestAnswerBytes: -1 }),
  };
}
