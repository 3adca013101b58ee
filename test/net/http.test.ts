/** One request and its answer: connections, proxies, and the service's time. */
import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import type { Socket } from 'node:net';
import { InvariantError } from '../../src/core/errors.ts';
import { failureOf, forever, get, http, open, post } from './harness.ts';
import type { TestServer } from './servers.ts';

describe('a request', () => {
  it('says who asks, carries JSON, and goes below the path of the base url', async () => {
    const seen: unknown[] = [];
    const server = await http((request, response) => {
      const { method, url, headers } = request;
      request.on('data', (data: Buffer) => seen.push(data.toString()));
      seen.push(method, url, headers['user-agent'], headers['content-type'], headers['authorization']);
      response.end('{}');
    });
    const headers = { authorization: 'aivenv1 x' };
    await open(`${server.url}/aiven/`).send({ ...post, path: '/v1/a%2Fb', headers }, forever);
    expect(seen).toEqual([
      'POST',
      '/aiven/v1/a%2Fb',
      'keyturn/1.2.3',
      'application/json',
      'aivenv1 x',
      '{"name":"ci"}',
    ]);
  });

  it('uses one connection again for the next', async () => {
    const server = await http((_request, response) => response.end('{}'));
    const client = open(server.url);
    for (let round = 0; round < 3; round += 1) await client.send(get, forever);
    expect(server.connections()).toBe(1);
  });

  it('waits while as many as allowed are in flight', async () => {
    let inFlight = 0;
    let most = 0;
    const server = await http((_request, response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        response.end('{}');
      }, 5);
    });
    const client = open(server.url, { concurrency: 3 });
    await Promise.all(Array.from({ length: 20 }, () => client.send(get, forever)));
    expect(most).toBe(3);
    expect(server.connections()).toBe(3);
  });

  it('hands on a redirect and does not follow it', async () => {
    let reached = 0;
    const other = await http((_request, response) => {
      reached += 1;
      response.end('{}');
    });
    const server = await http((_request, response) => {
      response.writeHead(307, { location: `${other.url}/v1/me` }).end();
    });
    expect(await open(server.url).send(get, forever)).toMatchObject({ status: 307 });
    expect(reached).toBe(0);
  });

  it('leaves no listener on a signal that many requests share', async () => {
    const server = await http((_request, response) => response.end('{}'));
    const client = open(server.url);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 50 }, () => client.send(get, signal)));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a proxy', () => {
  const proxied: string[] = [];
  async function proxy(): Promise<TestServer> {
    proxied.splice(0);
    const server = await http((request, response) => {
      proxied.push(String(request.url));
      response.end('{}');
    });
    server.server.on('connect', (request: { url?: string }, socket: Socket) => {
      proxied.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    return server;
  }

  it.each(['HTTP_PROXY', 'http_proxy'])('named in %s carries requests over http', async (name) => {
    const { url } = await proxy();
    const client = open('http://keyturn.invalid', { env: { [name]: url } });
    expect((await client.send(get, forever)).status).toBe(200);
    expect(proxied).toEqual(['http://keyturn.invalid/v1/me']);
  });

  it('named in HTTPS_PROXY is asked for a tunnel, and its refusal means that nothing was sent', async () => {
    const { url } = await proxy();
    const client = open('https://keyturn.invalid', { env: { HTTPS_PROXY: url } });
    expect((await failureOf(client.send(post, forever))).failure).toBe('unreachable');
    expect(proxied).toEqual(['CONNECT keyturn.invalid:443']);
  });

  it('is not used for hosts of NO_PROXY', async () => {
    const { url } = await proxy();
    const client = open('http://keyturn.invalid', { env: { HTTP_PROXY: url, NO_PROXY: '.invalid' } });
    expect((await failureOf(client.send(get, forever))).failure).toBe('unreachable');
    expect(proxied).toEqual([]);
  });

  it('is not used for this machine itself', async () => {
    const { url } = await proxy();
    const server = await http((_request, response) => response.end('{}'));
    await open(server.url, { env: { HTTP_PROXY: url } }).send(get, forever);
    expect(proxied).toEqual([]);
  });
});

describe('the time of the service', () => {
  it('cannot be asked for before the first answer', async () => {
    const server = await http((_request, response) => response.end('{}'));
    expect(() => open(server.url).now()).toThrow(InvariantError);
  });

  it('comes from its answers, errors included, and not from this machine', async () => {
    const server = await http((_request, response) => {
      response.sendDate = false;
      response.writeHead(503, { date: 'Wed, 22 Nov 2034 12:00:00 GMT' }).end();
    });
    let monotonicMs = 70;
    const client = open(server.url, { monotonicMs: () => monotonicMs });
    await client.send(get, forever);
    monotonicMs += 1500;
    expect(new Date(client.now()).toISOString()).toBe('2034-11-22T12:00:01.500Z');
  });

  it('is said to be missing when answers carry none', async () => {
    const server = await http((_request, response) => {
      response.sendDate = false;
      response.end('{}');
    });
    const client = open(server.url);
    await client.send(get, forever);
    expect(() => client.now()).toThrow('carry no "Date" header');
  });
});
