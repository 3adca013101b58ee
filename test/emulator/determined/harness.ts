// Talks to an emulated master over HTTP the way a plain client would; knows paths and shapes, no rules. The
// clock is frozen unless a test says otherwise.
import { afterEach } from '@jest/globals';
import type { Toggles } from '../../../src/emulator/determined/toggles.ts';
import {
  type DeterminedEmulator,
  type DeterminedEmulatorOptions,
  startDetermined,
} from '../../../src/emulator/start.ts';

const START = '2026-11-02T10:00:00Z';

interface WireToken {
  readonly id: number;
  readonly userId: number;
  readonly expiry: string;
  readonly createdAt: string;
  readonly tokenType: string;
  readonly revoked: boolean;
  readonly description: string;
}

interface WireUser {
  readonly id: number;
  readonly username: string;
  readonly active: boolean;
  readonly lastAuthAt?: string;
}

/** The fields tests read, of whatever answer. */
interface WireBody {
  readonly token?: string;
  readonly tokenId?: number;
  readonly user?: WireUser;
  readonly users?: readonly WireUser[];
  readonly pagination?: Readonly<Record<string, number>>;
  readonly error?: { readonly code: number; readonly reason: string; readonly error: string };
  readonly message?: string;
  readonly live?: boolean;
  readonly reason?: string | null;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: WireBody;
  /** `tokenInfo` where it is one token. */
  readonly one: WireToken | undefined;
  /** `tokenInfo` where it is a list, else none. */
  readonly list: readonly WireToken[];
  /** "STATUS CODE TEXT" of an error, "200" without one. */
  readonly verdict: string;
}

interface CallOptions {
  /** Null sends no Authorization header. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Api {
  readonly emulator: DeterminedEmulator;
  /** `endpoint` is "METHOD /path" below /api/v1; a body that is a text is sent as it is. */
  readonly call: (endpoint: string, body?: unknown, options?: CallOptions) => Promise<Answer>;
  /** As `call`, outside /api/v1. */
  readonly outside: (endpoint: string, options?: CallOptions) => Promise<Answer>;
  readonly control: (endpoint: string, body?: unknown) => Promise<Answer>;
  /** Makes an active user and answers a token of it. */
  readonly newUser: (
    username: string,
    more?: object,
  ) => Promise<{ readonly id: number; readonly token: string }>;
  /** Creates a token as the administrator. */
  readonly newToken: (
    userId: number,
    more?: object,
  ) => Promise<{ readonly id: number; readonly value: string }>;
  /** Every token of a user, inactive ones too. */
  readonly tokensOf: (username: string) => Promise<readonly WireToken[]>;
  /** What using a token value as a credential comes to. */
  readonly use: (token: string) => Promise<string>;
}

const running: DeterminedEmulator[] = [];

afterEach(async () => {
  for (const emulator of running.splice(0)) await emulator.close();
});

/** Starts an emulator that is closed after the test. */
export async function start(
  toggles: Partial<Toggles> = {},
  options: DeterminedEmulatorOptions = {},
): Promise<Api> {
  const emulator = await startDetermined({ clock: { start: START, frozen: true }, ...options, toggles });
  running.push(emulator);
  return apiOf(emulator);
}

function apiOf(emulator: DeterminedEmulator): Api {
  const send = async (
    root: string,
    endpoint: string,
    body: unknown,
    options: CallOptions,
  ): Promise<Answer> => {
    const { token = emulator.adminToken, headers = {} } = options;
    const [method = '', path = ''] = endpoint.split(' ');
    const auth: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    return await request(`${root}${path}`, { method, body, headers: { ...auth, ...headers } });
  };
  const call: Api['call'] = async (endpoint, body, options = {}) =>
    await send(`${emulator.url}/api/v1`, endpoint, body, options);
  const control: Api['control'] = async (endpoint, body) =>
    await send(`${emulator.controlUrl}/`, endpoint, body, { token: null });
  return {
    emulator,
    call,
    control,
    outside: async (endpoint, options = {}) => await send(emulator.url, endpoint, undefined, options),
    newUser: async (username, more = {}) => {
      const { text } = await control('POST users', { username, ...more });
      const { userId, token } = JSON.parse(text) as { readonly userId: number; readonly token: string };
      return { id: userId, token };
    },
    newToken: async (userId, more = {}) => {
      const { body } = await call('POST /tokens', { userId, ...more });
      return { id: body.tokenId ?? 0, value: body.token ?? '' };
    },
    tokensOf: async (username) => (await call(`GET /tokens?showInactive=true&username=${username}`)).list,
    use: async (token) => (await call('GET /me', undefined, { token })).verdict,
  };
}

async function request(
  url: string,
  {
    method,
    body,
    headers,
  }: { readonly method: string; readonly body: unknown; readonly headers: Readonly<Record<string, string>> },
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /^[{[]/.test(text);
  const parsed = (isJson ? JSON.parse(text) : {}) as WireBody & { readonly tokenInfo?: unknown };
  const { error, tokenInfo } = parsed;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: parsed,
    one: tokenInfo as WireToken,
    list: Array.isArray(tokenInfo) ? tokenInfo : [],
    verdict: error ? `${response.status} ${error.code} ${error.error}` : String(response.status),
  };
}
