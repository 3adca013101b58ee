/** The tiny provider's adapter: the least that the engine needs. */
import * as z from 'zod';
import { InvariantError, ProviderError } from '../../../../src/core/errors.ts';
import type { UserRecord } from '../../../../src/core/observation.ts';
import { SecretValue } from '../../../../src/core/secret.ts';
import type { Runtime } from '../../../../src/engine/ports.ts';
import { createHttp, type Http, type HttpRequest } from '../../../../src/net/http.ts';
import { parseJson } from '../../../../src/net/json.ts';
import { encodeSegments } from '../../../../src/net/path.ts';
import { onlyRateLimited, repeatable, retry } from '../../../../src/net/retry.ts';
import type { ConnectedProvider } from '../../../../src/providers/adapter.ts';
import { tinyDescriptor } from './descriptor.ts';

const key = z.object({
  id: z.string(),
  value: z.string(),
  text: z.string(),
  made: z.number(),
  ends: z.number().nullable(),
});
type Method = HttpRequest['method'];
type Send = (method: Method, path: readonly string[], signal: AbortSignal, body?: object) => Promise<unknown>;

export function connectTiny({
  url,
  credential,
  runtime,
}: {
  readonly url: string;
  readonly credential: SecretValue;
  readonly runtime: Runtime;
}): ConnectedProvider {
  const http = createHttp({
    baseUrl: url,
    title: 'tiny',
    version: '0',
    monotonicMs: () => runtime.monotonicMs(),
  });
  const send = sender(http, credential);
  const again: Send = (method, path, signal, body) =>
    retry(() => send(method, path, signal, body), repeatable, { runtime, signal });
  const record = (name: string): UserRecord => {
    return { id: name, name, personal: false, at: 'tiny/1', createdAt: undefined };
  };
  const keysOf = ({ id }: UserRecord) => ['users', id, 'keys'];
  const idOf = (value: SecretValue) => /^tiny-(\d{4})-[a-z0-9]+$/.exec(value.reveal())?.[1];
  return {
    title: 'tiny',
    capabilities: tinyDescriptor.capabilities,
    now: () => http.now(),
    close: () => http.close(),
    idOf,
    me: async (signal) => {
      await again('GET', ['who'], signal);
      return { ...record('root'), name: 'me', personal: true, at: 'tiny/1/root' };
    },
    listUsers: async (signal) => {
      const names = z.array(z.string()).parse(await again('GET', ['users'], signal));
      return { at: 'tiny/1', users: names.map(record) };
    },
    createUser: async (name, signal) => {
      await retry(() => send('POST', ['users'], signal, { name }), onlyRateLimited, { runtime, signal });
      return record(name);
    },
    removeUser: async ({ id }, signal) => await unlessMissing(again('DELETE', ['users', id], signal)),
    listTokens: async (user, signal) =>
      z
        .array(key)
        .parse(await again('GET', keysOf(user), signal))
        .map(({ id, value, text, made, ends }) => ({
          id,
          description: text,
          createdAt: made,
          expiresAt: ends ?? undefined,
          lastUsedAt: undefined,
          lastUsedFrom: undefined,
          lastUserAgent: undefined,
          spec: {
            scopes: [],
            maxAgeSeconds: ends === null ? undefined : Math.round((ends - made) / 1000),
            extendWhenUsed: false,
            ipAllowlist: [],
          },
          own: value === credential.reveal(),
        })),
    createToken: async (user, { spec, description }, signal) => {
      const body = { text: description, seconds: spec.maxAgeSeconds };
      const made = key.parse(
        await retry(() => send('POST', keysOf(user), signal, body), onlyRateLimited, { runtime, signal }),
      );
      return { id: made.id, value: new SecretValue(made.value) };
    },
    updateDescription: () => Promise.reject(new InvariantError('Tiny cannot change a description')),
    revoke: async (user, id, signal) => await unlessMissing(again('DELETE', [...keysOf(user), id], signal)),
    verify: async (value, signal) => {
      const failure = await sender(http, value)('GET', ['who'], signal).then(
        () => undefined,
        (error: unknown) => (error instanceof ProviderError ? error.failure : 'ambiguous'),
      );
      return failure === undefined ? 'alive' : failure === 'credential' ? 'refused' : 'unknown';
    },
  };
}

function sender(http: Http, credential: SecretValue): Send {
  return async (method, segments, signal, body) => {
    const [path, headers] = [encodeSegments(segments), { 'x-key': credential.reveal() }];
    const { status, text } = await http.send(
      { method, path, headers, body, what: `${method} ${path}` },
      signal,
    );
    if (status === 200) return parseJson(text);
    const failure = status === 401 ? 'credential' : status === 404 ? 'missing' : 'ambiguous';
    throw new ProviderError(`tiny: ${method} ${path} failed: ${status}`, failure, { status });
  };
}

async function unlessMissing(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof ProviderError) || error.failure !== 'missing') throw error;
  });
}
