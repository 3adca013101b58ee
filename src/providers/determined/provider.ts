/**
 * The `Provider` port over a Determined master: which requests may be repeated, what counts as done, and what
 * an answer means for a token. Knows nothing of marks, receipts and plans.
 */
import { ProviderError } from '../../core/errors.ts';
import type { UserRecord } from '../../core/observation.ts';
import { SecretValue } from '../../core/secret.ts';
import type { Provider, Runtime } from '../../engine/ports.ts';
import { createHttp, type Http } from '../../net/http.ts';
import type { ConnectedProvider } from '../adapter.ts';
import { determinedApi } from './api.ts';
import * as calls from './calls.ts';
import { determinedDescriptor } from './descriptor.ts';
import { listEnded } from './ended.ts';
import { openRequests, type Requests } from './requests.ts';
import { openSession } from './session.ts';
import { openTokenLists, type TokenLists } from './token-lists.ts';
import { readValue, type ValueClaims } from './token-value.ts';
import { inactiveUser, type Roll, usersOf } from './users.ts';

export interface DeterminedConnection {
  readonly url: string;
  /** A token value, or name and password as `loginCredential` joins them. */
  readonly credential: SecretValue;
  /** Ours, for the `User-Agent`. */
  readonly version: string;
  readonly runtime: Runtime;
  /** Most requests in flight. */
  readonly concurrency?: number;
  /** Asked directly before a request is written; when it says no, nothing is sent. */
  readonly mayBegin?: () => boolean;
}

/** Opens nothing before the first request. */
export function connectDetermined(connection: DeterminedConnection): ConnectedProvider {
  const { url, credential, version, runtime, concurrency, mayBegin } = connection;
  const http = createHttp({
    baseUrl: url,
    title: 'determined',
    version,
    monotonicMs: () => runtime.monotonicMs(),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(mayBegin === undefined ? {} : { mayBegin }),
  });
  const session = openSession(http, credential);
  let claims: ValueClaims | undefined;
  const authorised = {
    ...session,
    credential: async (signal: AbortSignal) => {
      const value = await session.credential(signal);
      claims = readValue(value);
      return value;
    },
  };
  const requests = openRequests(http, authorised, runtime);
  const lists = openTokenLists(requests, {
    ownName: async (signal) => (await requests.again(calls.getCaller, signal)).user.username,
    ownId: () => (claims?.isAccessToken ? claims.id : undefined),
  });
  let roll: Roll = { inactive: new Set() };
  const remember = (next: Roll): void => {
    roll = next;
  };
  return {
    title: `determined ${new URL(url).host}`,
    capabilities: determinedDescriptor.capabilities,
    now: () => http.now(),
    close: async () => {
      await session.end();
      await http.close();
    },
    listEnded: (signal) => listEnded(requests, () => http.now(), signal),
    idOf: (value) => idOf(value, lists),
    verify: (value, signal) => verify(http, value, signal),
    ...usersOf({ requests, lists, remember, ownUserId: () => claims?.userId }),
    ...tokensOf({ requests, lists, isInactive: ({ id }) => roll.inactive.has(id) }),
  };
}

type TokenMethods = 'listTokens' | 'createToken' | 'updateDescription' | 'revoke';

function tokensOf({
  requests,
  lists,
  isInactive,
}: {
  readonly requests: Requests;
  readonly lists: TokenLists;
  readonly isInactive: (user: UserRecord) => boolean;
}): Pick<Provider, TokenMethods> {
  return {
    listTokens: async (user, signal) => {
      // Its tokens are refused and will work again: to a plan they are neither alive nor gone.
      if (isInactive(user)) throw inactiveUser(user.name);
      return await lists.of(user, signal);
    },
    createToken: async (user, { spec, description }, signal) => {
      lists.forget();
      const call = calls.createToken(user, { maxAgeSeconds: spec.maxAgeSeconds, description });
      const issued = await requests.once(call, signal);
      return { id: String(issued.tokenId), value: new SecretValue(issued.token) };
    },
    updateDescription: async (_user, id, description, signal) => {
      lists.forget();
      await requests.again(calls.describeToken(checkedId(id), description), signal);
    },
    revoke: async (user, id, signal) => {
      lists.forget();
      const hasEnded = async () => {
        if ((await lists.find(user, id, signal))?.revoked) return true;
        return !(await lists.of(user, signal)).some((token) => token.id === id);
      };
      await requests.until(calls.revokeToken(user, checkedId(id)), hasEnded, signal);
    },
  };
}

/**
 * Ids of 0 and less, and words that a master reads as numbers, would ask about something else than one token.
 */
function checkedId(id: string): string {
  if (/^[1-9]\d{0,14}$/.test(id)) return id;
  throw new ProviderError(`determined: "${id.slice(0, 20)}" is no token id: those are numbers.`, 'refused');
}

/**
 * The id inside the value. Another cluster has tokens of the same numbers: where the list knows when this id
 * was made, a value of another moment is not its.
 */
function idOf(value: SecretValue, lists: TokenLists): string | undefined {
  const claims = readValue(value);
  if (!claims?.isAccessToken) return undefined;
  const listed = lists.createdAt(claims.id);
  return listed === undefined || listed === claims.createdAt ? claims.id : undefined;
}

/**
 * One request with the value itself. 401 is one of revoked, expired, or of another cluster; 403 says that the
 * user is inactive, perhaps for a while, and that the token itself lives.
 */
async function verify(
  http: Http,
  value: SecretValue,
  signal: AbortSignal,
): Promise<'alive' | 'refused' | 'unknown'> {
  try {
    await determinedApi(http, value).request(calls.getCaller, signal);
    return 'alive';
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.failure === 'credential') return 'refused';
    return error.status === 403 ? 'alive' : 'unknown';
  }
}
