/** Clients and servers that live as long as one test. */
import { afterEach } from '@jest/globals';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { ProviderError } from '../../src/core/errors.ts';
import { createHttp, type Http, type HttpOptions, type HttpRequest } from '../../src/net/http.ts';
import { serveHttp, serveTcp, type TestServer } from './servers.ts';

export const forever = new AbortController().signal;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A client that is closed at the end of the test; no proxy of this machine applies. */
export function open(baseUrl: string, options: Partial<HttpOptions> = {}): Http {
  const http = createHttp({ baseUrl, title: 'aiven', version: '1.2.3', env: {}, ...options });
  closing.push(() => http.close());
  return http;
}

export async function http(listener: RequestListener): Promise<TestServer> {
  const server = await serveHttp(listener);
  closing.push(server.close);
  return server;
}

export async function tcp(answer: (socket: Socket, data: string) => void): Promise<TestServer> {
  const server = await serveTcp(answer);
  closing.push(server.close);
  return server;
}

export const get: HttpRequest = { method: 'GET', path: '/v1/me', headers: {}, what: 'asking' };
export const post: HttpRequest = { ...get, method: 'POST', body: { name: 'ci' } };

/** The ProviderError that a request ends with. */
export async function failureOf(answer: Promise<unknown>): Promise<ProviderError> {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`expected a ProviderError, got ${inspect(error)}`);
}

export const okAnswer = (body: string) =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nDate: Sun, 22 Nov 2026 12:00:00 GMT\r\n\r\n${body}`;
