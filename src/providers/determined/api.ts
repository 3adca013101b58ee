/**
 * Sends one operation to a Determined master, exactly once, and reads its answer. What may be repeated and
 * what an answer means for tokens is decided in `provider.ts`.
 */
import type * as z from 'zod';
import { ProviderError } from '../../core/errors.ts';
import type { SecretValue } from '../../core/secret.ts';
import type { Http } from '../../net/http.ts';
import { parseJson } from '../../net/json.ts';
import { encodeSegments, wrongSegment } from '../../net/path.ts';
import { type FailedCall, failureOf } from './failures.ts';

export interface Call<Schema extends z.ZodType> extends Omit<FailedCall, 'hidden'> {
  /** Path segments below `/api/v1`, not yet encoded. */
  readonly path: readonly string[];
  /** What is undefined is not sent. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  readonly schema: Schema;
  /** Values besides the credential that must not come back in a message. */
  readonly secrets?: readonly string[];
}

export interface DeterminedApi {
  /** @throws ProviderError for any answer but a success that can be read */
  request<Schema extends z.ZodType>(call: Call<Schema>, signal: AbortSignal): Promise<z.output<Schema>>;
}

/** @param credential undefined for a login, and for what a master tells everybody */
export function determinedApi(http: Http, credential: SecretValue | undefined): DeterminedApi {
  return {
    request: async ({ path, query = {}, body, schema, secrets = [], ...call }, signal) => {
      const value = credential?.reveal();
      const headers: Record<string, string> = value === undefined ? {} : { authorization: `Bearer ${value}` };
      const sent = {
        method: call.method,
        path: pathOf(path, query, call.what),
        headers,
        body,
        what: call.what,
      };
      const answer = await http.send(sent, signal);
      const failed = { ...call, hidden: value === undefined ? secrets : [...secrets, value] };
      // Every success is 200; anything else, such as a page of a proxy, is not the master's.
      if (answer.status !== 200) throw failureOf(answer, failed);
      const parsed = schema.safeParse(parseJson(answer.text));
      if (parsed.success) return parsed.data;
      throw unreadable(parsed.error, call, answer.status);
    },
  };
}

function pathOf(
  segments: readonly string[],
  query: Readonly<Record<string, string | number | undefined>>,
  what: string,
): string {
  const wrong = wrongSegment(segments);
  if (wrong !== undefined)
    throw new ProviderError(`determined: ${what} was not tried: "${wrong}" is no id.`, 'refused');
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  const path = `/api/v1${encodeSegments(segments)}`;
  return given.length === 0 ? path : `${path}?${given.join('&')}`;
}

/** Names the fields that could not be read, never what was in them. */
function unreadable(
  error: z.ZodError,
  call: Pick<FailedCall, 'what' | 'method'>,
  status: number,
): ProviderError {
  const field = error.issues[0]?.path.join('.') || 'the body';
  const isRead = call.method === 'GET';
  const effect = isRead ? '' : ' Whether it took effect is unknown; the next run finds out.';
  const why = `the answer (${status}) cannot be read at ${field}. Check that the url is that of a master.`;
  const message = `determined: ${call.what} failed: ${why}${effect}`;
  return new ProviderError(message, isRead ? 'refused' : 'ambiguous', { status });
}
