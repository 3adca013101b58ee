// The HTTP server in front of an emulated service: reads requests, injects the shared faults and delays,
// counts, sends. It binds to loopback only and knows nothing of tokens.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import { type EmulatorRequest, type InjectedError, type Reply, type Service, splitPath } from './exchange.ts';
import type { Faults } from './faults.ts';
import type { RequestCounters } from './requests.ts';

/** Clients keep a connection idle for up to 50 s; Node's default of 5 s would race with its reuse. */
const KEEP_ALIVE_MS = 75_000;
const LARGEST_BODY_BYTES = 1024 * 1024;
/** A token can be long: the services are as patient as the most patient of the real ones. */
const LARGEST_HEADERS_BYTES = 1024 * 1024;

export interface ServerParts {
  readonly service: Service;
  /** Answers paths below `/_control`; never counted, delayed or hit by faults. */
  readonly control: (request: EmulatorRequest) => Reply;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly counters: RequestCounters;
  /** Real milliseconds every reply is delayed by; changed by a control request. */
  readonly latency: { ms: number };
  /** Called after each request that may have changed something, before it is answered. */
  readonly afterWrite: () => void;
}

/** Listens on 127.0.0.1 at `port` (0: any free one). */
export async function listen(port: number, parts: ServerParts): Promise<Server> {
  const server = createServer({ maxHeaderSize: LARGEST_HEADERS_BYTES }, (incoming, outgoing) => {
    answer(incoming, outgoing, parts).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  parts: ServerParts,
): Promise<void> {
  const { bytes, refuse } = parts.service.largestBody ?? { bytes: LARGEST_BODY_BYTES, refuse: badRequest };
  const request = await readRequest(incoming, bytes);
  if (request === 'unreadable') return send(outgoing, badRequest(), parts);
  if (request === 'tooLarge') return send(outgoing, refuse(), parts);
  if (request.segments[0] === '_control') return send(outgoing, parts.control(request), parts);
  const route = parts.service.routeOf(request);
  parts.counters.arrived(route);
  const slow = parts.faults.take('slowRequest', request);
  if (slow) await pause(slow.forMs);
  const outcome = applyRequest(request, parts);
  const delayMs = parts.latency.ms + (parts.faults.take('slowResponse', request)?.forMs ?? 0);
  if (delayMs > 0) await pause(delayMs, outgoing);
  parts.counters.answered(route, outcome === 'drop' ? 'dropped' : String(outcome.status));
  if (outcome === 'drop') incoming.socket.destroy();
  else send(outgoing, outcome, parts);
}

/**
 * Everything that happens at one instant: the faults before, the effect, its persistence, the faults after.
 */
function applyRequest(
  request: EmulatorRequest,
  { service, faults, afterWrite }: ServerParts,
): Reply | 'drop' {
  if (faults.take('dropBeforeApply', request)) return 'drop';
  const injected = injectedBefore(request, faults);
  if (injected) return service.injectedError(injected);
  const reply = service.handle(request);
  if (request.method === 'GET') return reply;
  afterWrite();
  if (reply.status >= 400) return reply;
  if (faults.take('dropAfterApply', request)) return 'drop';
  return faults.take('serverErrorAfterApply', request) ? service.injectedError('serverError') : reply;
}

function injectedBefore(request: EmulatorRequest, faults: Faults): InjectedError | undefined {
  if (faults.take('serverErrorBeforeApply', request)) return 'serverError';
  if (faults.take('rateLimited', request)) return 'rateLimited';
  return faults.take('html408', request) ? 'timeoutPage' : undefined;
}

function badRequest(): Reply {
  return { status: 400 };
}

/** The request with its whole body, unless its path cannot be decoded or its body is absurdly large. */
async function readRequest(
  incoming: IncomingMessage,
  largestBytes: number,
): Promise<EmulatorRequest | 'unreadable' | 'tooLarge'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBytes) chunks.push(chunk);
  }
  const [, path = '/', search = ''] = /^([^?]*)\??(.*)$/s.exec(incoming.url ?? '/') ?? [];
  const segments = splitPath(path);
  if (segments === undefined) return 'unreadable';
  if (size > largestBytes) return 'tooLarge';
  return {
    method: incoming.method ?? 'GET',
    path,
    segments,
    query: new URLSearchParams(search),
    search,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    peerAddress: incoming.socket.remoteAddress ?? '127.0.0.1',
  };
}

function send(outgoing: ServerResponse, reply: Reply, { clock }: Pick<ServerParts, 'clock'>): void {
  const { status, json, html, raw, isChunked = false, headers } = reply;
  const body = raw ?? html ?? (json === undefined ? '' : JSON.stringify(json));
  const type = html === undefined ? 'application/json' : 'text/html';
  outgoing.sendDate = false;
  outgoing.writeHead(status, {
    Date: new Date(clock.now()).toUTCString(),
    ...(status === 204 || isChunked ? {} : { 'Content-Length': Buffer.byteLength(body) }),
    ...(body.length === 0 || raw !== undefined ? {} : { 'Content-Type': type }),
    ...headers,
  });
  outgoing.end(body);
}

/** Waits in real time; a client that hangs up ends the wait, so that a stopped emulator leaves no timers. */
async function pause(ms: number, until?: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (until === undefined) timer.unref();
    until?.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
