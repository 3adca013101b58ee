// Answers read while they arrive, and the question asked before a request is written.
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderError } from '../../src/core/errors.ts';
import { createHttp, type Http, type HttpOptions } from '../../src/net/http.ts';

let server: Server;
let answer: (response: ServerResponse) => void;
let requests: number;
const open: Http[] = [];

beforeEach(async () => {
  requests = 0;
  server = createServer((_, response) => {
    requests += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await Promise.all(open.splice(0).map((http) => http.close()));
});

function connect(options: Partial<HttpOptions> = {}): Http {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const common = { baseUrl: `http://127.0.0.1:${port}`, title: 'test', version: '0', env: {} };
  const http = createHttp({ ...common, largestAnswerBytes: -1, ...options });
  open.push(http);
  return http;
}

const request = { method: 'GET', path: '/', headers: {}, what: 'watching' } as const;

async function read(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of body) text += piece.toString();
  return text;
}

async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const end = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (end instanceof ProviderError) return end;
  throw new Error(`expected a ProviderError, got ${String(end)}`);
}

describe('a streamed answer', () => {
  it('is handed on piece by piece', async () => {
    let later: ServerResponse | undefined;
    answer = (response) => {
      response.write('one ');
      later = response;
    };
    const { signal } = new AbortController();
    const { status, body } = await connect().stream(request, { signal, silenceMs: 60_000 });
    const pieces = body[Symbol.asyncIterator]();
    expect([status, String((await pieces.next()).value)]).toEqual([200, 'one ']);
    later?.end('two');
    expect([String((await pieces.next()).value), (await pieces.next()).done]).toEqual(['two', true]);
  });

  it('that is larger than memory should hold waits for its reader', async () => {
    const size = 64 * 1024 * 1024;
    answer = (response) => response.end(Buffer.alloc(size, 'x'));
    const { signal } = new AbortController();
    const { body } = await connect().stream(request, { signal, silenceMs: 60_000 });
    let read = 0;
    for await (const piece of body) read += piece.length;
    expect(read).toBe(size);
  });

  it('ends with an error when the connection breaks, falls silent or is given up', async () => {
    const stop = new AbortController();
    answer = (response) => {
      response.write('one');
      setImmediate(() => response.destroy());
    };
    const broken = await connect().stream(request, { signal: stop.signal, silenceMs: 60_000 });
    expect((await failureOf(read(broken.body))).failure).toBe('ambiguous');
    answer = (response) => void response.write('one');
    const silent = await connect().stream(request, { signal: stop.signal, silenceMs: 100 });
    expect((await failureOf(read(silent.body))).message).toContain('was silent for 0.1s');
    const left = await connect().stream(request, { signal: stop.signal, silenceMs: 60_000 });
    const reading = failureOf(read(left.body));
    stop.abort();
    expect((await reading).failure).toBe('ambiguous');
  });

  it('frees its connection when its reader leaves', async () => {
    answer = (response) => {
      response.write('one');
      response.on('close', () => gone.resolve());
    };
    const gone = Promise.withResolvers<void>();
    const { signal } = new AbortController();
    const { body } = await connect().stream(request, { signal, silenceMs: 60_000 });
    for await (const _ of body) break;
    await gone.promise;
    expect(requests).toBe(1);
  });

  it('is not asked for once it is given up', async () => {
    answer = (response) => response.end();
    const stream = connect().stream(request, { signal: AbortSignal.abort(), silenceMs: 60_000 });
    expect((await failureOf(stream)).failure).toBe('unreachable');
    expect(requests).toBe(0);
  });
});

describe('a client that may act for a limited time', () => {
  it('sends nothing after it, though a request has waited since before', async () => {
    let mayAct = true;
    let release: (() => void) | undefined;
    answer = (response) => {
      release = () => response.end();
    };
    const { signal } = new AbortController();
    const http = connect({ concurrency: 1, mayBegin: () => mayAct });
    const first = http.send(request, signal);
    const second = failureOf(http.send(request, signal));
    while (!release) await new Promise((resolve) => setImmediate(resolve));
    mayAct = false;
    release();
    expect((await first).status).toBe(200);
    expect((await second).failure).toBe('unreachable');
    expect(requests).toBe(1);
  });
});
