// What a toggle case is, and the requests that several cases make.
import type { Answer, Api } from '../../harness.ts';

/** One observation of a toggle and what it has to be under each value. */
export interface ToggleCase {
  readonly observe: (api: Api) => Promise<unknown>;
  readonly expected: readonly (readonly [value: string | number | boolean, observed: unknown])[];
}

/** Values that are themselves what is observed. */
export const same = (...values: number[]): ToggleCase['expected'] => values.map((value) => [value, value]);

/** Creates a personal token. */
export const personal = (api: Api, fields: object = {}): Promise<Answer> =>
  api.call('POST /access_token', { description: 'personal', ...fields });

/** Calls as the holder of a token value. */
export const asToken = (api: Api, value: string | undefined, endpoint = 'GET /me'): Promise<Answer> =>
  api.call(endpoint, undefined, { token: value ?? '' });

/** Revokes an application token by prefix, whole value or whatever a test passes for one. */
export const revoke = (api: Api, user: string, prefix: string | undefined): Promise<Answer> =>
  api.call(
    `DELETE /organization/{org}/application-users/${user}/access-tokens/${encodeURIComponent(prefix ?? '')}`,
  );
