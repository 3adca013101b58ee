/**
 * The service behind the tiny provider: users and keys over HTTP, on loopback. As an emulator of a service
 * that there is would be, it knows nothing of keyturn.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Key {
  readonly id: string;
  readonly user: string;
  readonly value: string;
  readonly text: string;
  readonly made: number;
  readonly ends: number | null;
  ended: boolean;
}

export interface TinyService {
  readonly url: string;
  readonly rootKey: string;
  readonly keys: readonly Key[];
  readonly clock: { advance(ms: number): void };
  /** Breaks the next request of a method: before it is done, or after. */
  breakNext(fault: { readonly method: string; readonly done: boolean; readonly status?: number }): void;
  close(): Promise<void>;
}

export async function startTiny(): Promise<TinyService> {
  const users = new Set<string>();
  const keys: Key[] = [];
  const rootKey = 'tiny-root-0000000000000000';
  let aheadMs = 0;
  let fault: Parameters<TinyService['breakNext']>[0] | undefined;
  const now = () => Date.now() + aheadMs;
  const isLive = (key: Key) => !key.ended && (key.ends === null || key.ends > now());

  const answer = (method: string, path: readonly string[], body: Record<string, unknown>): unknown => {
    const [, user = '', , id] = path;
    const route = `${method} ${path.map((part, index) => (index % 2 === 1 ? '*' : part)).join('/')}`;
    if (route === 'GET who') return { user: 'root' };
    if (route === 'GET users') return [...users];
    if (route === 'POST users') {
      users.add(String(body['name']));
      return {};
    }
    if (route === 'DELETE users/*') return users.delete(user) ? {} : undefined;
    if (!users.has(user)) return undefined;
    if (route === 'GET users/*/keys') return keys.filter((key) => key.user === user && isLive(key));
    if (route === 'POST users/*/keys') {
      const seconds = body['seconds'];
      const ends = typeof seconds === 'number' ? now() + seconds * 1000 : null;
      const serial = String(keys.length + 1).padStart(4, '0');
      const value = `tiny-${serial}-${Math.random().toString(36).slice(2)}`;
      const key = { id: serial, user, value, text: String(body['text']), made: now(), ends, ended: false };
      keys.push(key);
      return key;
    }
    const key = keys.find((one) => one.id === id && one.user === user && isLive(one));
    if (key) key.ended = true;
    return key && {};
  };

  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').split('/').slice(1).map(decodeURIComponent);
    const bearer = request.headers['x-key'];
    const known = bearer === rootKey || keys.some((key) => key.value === bearer && isLive(key));
    const body = await read(request);
    const mishap = fault?.method === request.method ? fault : undefined;
    if (mishap) fault = undefined;
    const run = () => (known ? answer(request.method ?? '', path, body) : undefined);
    const result = mishap && !mishap.done ? undefined : run();
    if (mishap?.status === undefined && mishap) return void request.socket.destroy();
    const status = mishap?.status ?? (!known ? 401 : result === undefined ? 404 : 200);
    response.writeHead(status, { date: new Date(now()).toUTCString(), 'content-type': 'application/json' });
    response.end(JSON.stringify(result ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rootKey,
    keys,
    clock: {
      advance: (ms) => {
        aheadMs += ms;
      },
    },
    breakNext: (next) => {
      fault = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
