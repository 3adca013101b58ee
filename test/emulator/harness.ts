// Talks to an emulator over HTTP the way a plain client would; knows paths and shapes, no rules. The clock
// is frozen and the rate limit off unless a test says otherwise.
import { afterEach } from '@jest/globals';
import type { Toggles } from '../../src/emulator/aiven/toggles.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/start.ts';

const START = '2026-11-02T10:00:00Z';

interface WireToken {
  readonly token_prefix: string;
  readonly description: string | null;
  readonly create_time: string;
  readonly expiry_time: string | null;
  readonly last_used_time: string | null;
  readonly last_ip: string | null;
  readonly currently_active: boolean;
  readonly created_manually: boolean;
  readonly max_age_seconds: number | null;
  readonly ip_allowlist: readonly string[] | null;
  readonly scopes: readonly string[] | null;
}

/** The fields tests read, of whatever answer. */
interface WireBody extends Partial<WireToken> {
  readonly tokens?: readonly WireToken[];
  readonly application_users?: readonly { readonly user_id: string; readonly name: string }[];
  readonly users?: readonly { readonly user_id: string; readonly last_activity_time: string | null }[];
  readonly user?: { readonly token_validity_begin: string | null; readonly real_name: string };
  readonly errors?: readonly {
    readonly error_code?: string;
    readonly message: string;
    readonly status: number;
  }[];
  readonly message?: string;
  readonly full_token?: string;
  readonly token?: string;
  readonly user_id?: string;
  readonly name?: string;
  readonly organization_id?: string;
  readonly live?: boolean;
  readonly reason?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: WireBody;
  /** `error_code` of the first error. */
  readonly code: string | undefined;
}

interface CallOptions {
  /** Null sends no Authorization header. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Api {
  readonly emulator: Emulator;
  /** `endpoint` is "METHOD /path" below /v1; {org} stands for the organization. */
  readonly call: (endpoint: string, body?: unknown, options?: CallOptions) => Promise<Answer>;
  readonly control: (endpoint: string, body?: unknown) => Promise<Answer>;
  readonly newUser: (name?: string) => Promise<string>;
  readonly newToken: (userId: string, fields?: Readonly<Record<string, unknown>>) => Promise<Answer>;
  readonly listTokens: (userId: string) => Promise<readonly WireToken[]>;
}

const running: Emulator[] = [];

afterEach(async () => {
  for (const emulator of running.splice(0)) await emulator.close();
});

/** Starts an emulator that is closed after the test. */
export async function start(toggles: Partial<Toggles> = {}, options: EmulatorOptions = {}): Promise<Api> {
  const emulator = await startEmulator({
    clock: { start: START, frozen: true },
    ...options,
    toggles: { rateLimit: 'off', ...toggles },
  });
  running.push(emulator);
  return apiOf(emulator);
}

export function apiOf(emulator: Emulator): Api {
  const call: Api['call'] = (endpoint, body, options = {}) => {
    const { token = emulator.adminToken, headers = {} } = options;
    const [method = '', path = ''] = endpoint.replace('{org}', emulator.organizationId).split(' ');
    const auth: Record<string, string> = token === null ? {} : { authorization: `aivenv1 ${token}` };
    return send(method, `${emulator.url}/v1${path}`, { body, headers: { ...auth, ...headers } });
  };
  const tokensPath = (userId: string): string =>
    `/organization/{org}/application-users/${userId}/access-tokens`;
  return {
    emulator,
    call,
    control: (endpoint, body) => {
      const [method = '', name = ''] = endpoint.split(' ');
      return send(method, `${emulator.controlUrl}/${name}`, { body, headers: {} });
    },
    newUser: async (name = 'ci') => {
      const { body } = await call('POST /organization/{org}/application-users', { name });
      return body.user_id ?? '';
    },
    newToken: (userId, fields = {}) =>
      call(`POST ${tokensPath(userId)}`, { description: 'made by a test', ...fields }),
    listTokens: async (userId) => (await call(`GET ${tokensPath(userId)}`)).body.tokens ?? [],
  };
}

async function send(
  method: string,
  url: string,
  { body, headers }: { readonly body: unknown; readonly headers: Readonly<Record<string, string>> },
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  const parsed = (isJson ? JSON.parse(text) : {}) as WireBody;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: parsed,
    code: parsed.errors?.[0]?.error_code,
  };
}
