/**
 * GitHub's API with one token: calls, queries and pages, and a count of what was sent. Paths and answers of
 * single calls are in the files beside this one; what is sent again, and when, in `sender.ts`.
 */
import type * as z from 'zod';
import { ProviderError } from '../core/errors.ts';
import type { SecretValue } from '../core/secret.ts';
import { createHttp, type HttpAnswer } from '../net/http.ts';
import { parseJson } from '../net/json.ts';
import { encodeSegments, wrongSegment } from '../net/path.ts';
import type { SystemRuntime } from '../net/runtime.ts';
import { unreadable } from './failures.ts';
import { nextPage } from './links.ts';
import { createSender, type Sending } from './sender.ts';

const defaultApiUrl = 'https://api.github.com';

export interface GitHubOptions {
  readonly token: SecretValue;
  /** `https://api.github.com` unless told; on a GitHub of one's own with a path, as `https://host/api/v3`. */
  readonly apiUrl?: string;
  /** Ours, for the `User-Agent`. */
  readonly version: string;
  readonly runtime: Pick<SystemRuntime, 'monotonicMs' | 'sleep'>;
  /** Longest time that one request is tried for, rate limits included, in milliseconds; 180 s unless told. */
  readonly patienceMs?: number;
  /** Where proxies are looked up; the environment of the process unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

interface Call<Schema extends z.ZodType> {
  /** What is being done, for messages: `reading the variable "A" of acme/payments`. */
  readonly what: string;
  readonly schema: Schema;
}

export interface GitHubCall<Schema extends z.ZodType> extends Call<Schema> {
  readonly method: Sending['method'];
  /** Segments below the url of the API, not yet encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
  /** The permission it takes, as `secrets=write`, for messages where GitHub does not name it. */
  readonly needs?: string;
  /** Values besides the token that must not come back in a message. */
  readonly hidden?: readonly string[];
}

interface GraphQuery<Schema extends z.ZodType> extends Call<Schema> {
  /** In GraphQL; a query, never a mutation. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

interface Page<Items> {
  readonly items: Items;
  /** Whether GitHub has further pages. */
  readonly more: boolean;
}

export interface GitHubClient {
  /**
   * One call. Reads, PUT, PATCH and DELETE go again after a 5xx, a broken connection or a rate limit; a POST
   * only where it is certain that it had no effect.
   * @throws ProviderError (see `failures.ts`); `ambiguous` when any try of a write may have taken effect
   */
  request<Schema extends z.ZodType>(call: GitHubCall<Schema>, signal: AbortSignal): Promise<z.output<Schema>>;
  /** One query of the GraphQL API, which goes again like a read. */
  query<Schema extends z.ZodType>(call: GraphQuery<Schema>, signal: AbortSignal): Promise<z.output<Schema>>;
  /** The pages of a list, by `Link: rel="next"`, at most `mostPages` of them. */
  pages<Schema extends z.ZodType>(
    call: GitHubCall<Schema>,
    options: { readonly mostPages: number; readonly signal: AbortSignal },
  ): AsyncGenerator<Page<z.output<Schema>>>;
  /** Requests sent so far, repeated ones included. */
  sent(): number;
  /** GitHub's time in milliseconds since the epoch. @throws InvariantError before the first answer */
  now(): number;
  close(): Promise<void>;
}

/** Opens nothing before the first request. */
export function createGitHubClient(options: GitHubOptions): GitHubClient {
  const { token, runtime, version, env, apiUrl = defaultApiUrl, patienceMs = 180_000 } = options;
  const { origin, pathname } = new URL(apiUrl);
  const prefix = pathname.replace(/\/+$/, '');
  const http = createHttp({
    baseUrl: origin,
    title: 'github',
    version,
    // GitHub asks for few requests at once; writes go one at a time anyway.
    concurrency: 4,
    monotonicMs: () => runtime.monotonicMs(),
    ...(env === undefined ? {} : { env }),
  });
  const sender = createSender(http, { token, runtime, patienceMs });
  const prepare = (call: GitHubCall<z.ZodType>): Sending => ({
    method: call.method,
    what: call.what,
    ...(call.body === undefined ? {} : { body: call.body }),
    isRead: call.method === 'GET',
    target: prefix + targetOf(call),
    hidden: [...(call.hidden ?? []), token.reveal()],
    ...(call.needs === undefined ? {} : { needs: call.needs }),
  });
  return {
    request: async (call, signal) => {
      const sending = prepare(call);
      return parse(await sender.send(sending, signal), sending, call.schema);
    },
    query: async ({ query, variables, what, schema }, signal) => {
      // `/api/v3` of a GitHub of one's own has `/api/graphql` beside it.
      const target = `${prefix.replace(/\/v3$/, '')}/graphql`;
      const hidden = [token.reveal()];
      const body = variables === undefined ? { query } : { query, variables };
      const sending = { method: 'POST', isRead: true, target, body, what, hidden } as const;
      return parse(await sender.send(sending, signal), sending, schema);
    },
    pages: async function* (call, { mostPages, signal }) {
      let next: Sending | undefined = prepare(call);
      for (let page = 1; next !== undefined && page <= mostPages; page += 1) {
        const answer = await sender.send(next, signal);
        const items = parse(answer, next, call.schema);
        const target = nextPage(answer.headers['link'], { apiUrl, what: call.what });
        next = target === undefined ? undefined : { ...next, target: prefix + target };
        yield { items, more: next !== undefined };
      }
    },
    sent: () => sender.sent(),
    now: () => http.now(),
    close: () => http.close(),
  };
}

function targetOf({ path, query = {}, what }: GitHubCall<z.ZodType>): string {
  const wrong = wrongSegment(path);
  if (wrong !== undefined)
    throw new ProviderError(`github: ${what} was not tried: "${wrong}" cannot be part of a path.`, 'refused');
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  return encodeSegments(path) + (search.size === 0 ? '' : `?${search}`);
}

function parse<Schema extends z.ZodType>(
  answer: HttpAnswer,
  sending: Sending,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data;
  throw unreadable(parsed.error, answer.status, sending);
}
