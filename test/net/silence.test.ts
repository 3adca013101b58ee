/** What is known about a request when no answer came: whether it was sent, and that it was sent once. */
import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { failureOf, forever, get, http, okAnswer, open, post, tcp } from './harness.ts';
import { serveHttp } from './servers.ts';

describe('a request that was never sent', () => {
  it('is unreachable when nothing listens', async () => {
    const server = await serveHttp(() => undefined);
    await server.close();
    const error = await failureOf(open(server.url).send(post, forever));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toContain(
      `aiven: asking failed: ${server.url} cannot be reached (connect ECONNREFUSED`,
    );
  });

  it('is unreachable when the host has no address', async () => {
    const error = await failureOf(open('http://keyturn.invalid').send(post, forever));
    expect(error.failure).toBe('unreachable');
  });

  it('is unreachable when the other side does not speak TLS', async () => {
    const server = await http((_request, response) => response.end('{}'));
    const error = await failureOf(open(server.url.replace('http:', 'https:')).send(post, forever));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('is unreachable when it was stopped before', async () => {
    const server = await http(() => undefined);
    const error = await failureOf(open(server.url).send(post, AbortSignal.abort()));
    expect(error).toMatchObject({
      failure: 'unreachable',
      message: 'aiven: asking failed: it was stopped before it was sent.',
    });
    expect(server.connections()).toBe(0);
  });

  it('is unreachable when it was stopped while it waited for its turn, and never goes out', async () => {
    const arrived: (string | undefined)[] = [];
    let answerFirst = () => {};
    const server = await http((request, response) => {
      arrived.push(request.url);
      answerFirst = () => response.end('{}');
    });
    const client = open(server.url, { concurrency: 1 });
    const abort = new AbortController();
    const first = client.send({ ...get, path: '/first' }, forever);
    const second = failureOf(client.send({ ...post, path: '/second' }, abort.signal));
    while (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    expect((await second).failure).toBe('unreachable');
    answerFirst();
    await first;
    const third = client.send({ ...get, path: '/third' }, forever);
    while (arrived.length === 1) await new Promise((resolve) => setImmediate(resolve));
    answerFirst();
    await third;
    expect(arrived).toEqual(['/first', '/third']);
  });
});

describe('a request whose answer never came', () => {
  it.each(['GET', 'POST', 'PUT', 'DELETE'] as const)(
    'is ambiguous, and a %s arrived exactly once',
    async (method) => {
      let arrived = 0;
      const server = await tcp((socket) => {
        arrived += 1;
        // The first answer makes the connection one that is reused; the second request finds it dying.
        if (arrived === 1) socket.write(okAnswer('{}'));
        else socket.destroy();
      });
      const client = open(server.url);
      await client.send(get, forever);
      const error = await failureOf(client.send({ ...get, method }, forever));
      expect(error.failure).toBe('ambiguous');
      expect({ arrived, connections: server.connections() }).toEqual({ arrived: 2, connections: 1 });
      expect(error.message.includes('Whether it took effect is unknown')).toBe(method !== 'GET');
    },
  );

  it('is ambiguous when the service is silent for too long', async () => {
    const server = await tcp(() => undefined);
    const error = await failureOf(open(server.url, { answerTimeoutMs: 50 }).send(post, forever));
    expect(error).toMatchObject({ failure: 'ambiguous' });
    expect(error.message).toContain('was silent for 0.05s');
  });

  it('is ambiguous when the answer stops in the middle', async () => {
    const server = await tcp((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"tok'));
    expect((await failureOf(open(server.url).send(post, forever))).failure).toBe('ambiguous');
  });

  it('is ambiguous when the answer is larger than allowed', async () => {
    const server = await http((_request, response) => response.end('x'.repeat(2000)));
    const error = await failureOf(open(server.url, { largestAnswerBytes: 1000 }).send(get, forever));
    expect(error.failure).toBe('ambiguous');
    expect(error.message).toContain('is too large');
  });

  it('is ambiguous when it was stopped meanwhile', async () => {
    const abort = new AbortController();
    const server = await tcp(() => abort.abort());
    const error = await failureOf(open(server.url).send(post, abort.signal));
    expect(error.failure).toBe('ambiguous');
    expect(error.message).toContain('stopped before the answer came');
  });

  it('keeps what came instead of an answer out of the error and all its causes', async () => {
    const server = await tcp((socket) => socket.end('HTTP/1.1 200 OK\r\nbad header canary-value\r\n\r\n'));
    const error = await failureOf(open(server.url).send(post, forever));
    expect(error.failure).toBe('ambiguous');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary');
  });
});
