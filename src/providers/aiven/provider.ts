/**
 * The `Provider` port over Aiven's API: which requests may be repeated, what counts as done, and what is left
 * out of lists. Knows nothing of marks, receipts and plans.
 */
import type * as z from 'zod';
import { InvariantError, ProviderError } from '../../core/errors.ts';
import type { UserRecord } from '../../core/observation.ts';
import { SecretValue } from '../../core/secret.ts';
import type { Provider, Runtime } from '../../engine/ports.ts';
import { createHttp, type Http } from '../../net/http.ts';
import { onlyRateLimited, repeatable, retry } from '../../net/retry.ts';
import type { ConnectedProvider } from '../adapter.ts';
import { type AivenApi, aivenApi, type Call } from './api.ts';
import * as calls from './calls.ts';
import { callerRecord, tokenRecords, tokenRequest, userRecord, whereOf } from './convert.ts';
import { aivenDescriptor } from './descriptor.ts';

export interface AivenConnection {
  readonly organizationId: string;
  readonly url: string;
  readonly credential: SecretValue;
  /** Ours, for the `User-Agent`, by which idleness tells our own calls from a consumer's. */
  readonly version: string;
  readonly runtime: Runtime;
  /** Most requests in flight. */
  readonly concurrency?: number;
  /** Asked directly before a request is written; when it says no, nothing is sent. */
  readonly mayBegin?: () => boolean;
}

interface Parts {
  readonly http: Http;
  readonly api: AivenApi;
  readonly organizationId: string;
  readonly runtime: Runtime;
}

/** Opens nothing before the first request. */
export function connectAiven(connection: AivenConnection): ConnectedProvider {
  const { organizationId, url, credential, version, runtime, concurrency, mayBegin } = connection;
  const http = createHttp({
    baseUrl: url,
    title: 'aiven',
    version,
    monotonicMs: () => runtime.monotonicMs(),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(mayBegin === undefined ? {} : { mayBegin }),
  });
  const parts: Parts = { http, api: aivenApi(http, credential), organizationId, runtime };
  return {
    title: `aiven ${organizationId}`,
    capabilities: aivenDescriptor.capabilities,
    now: () => http.now(),
    close: () => http.close(),
    idOf,
    verify: (value, signal) => verify(http, value, signal),
    ...usersOf(parts),
    ...tokensOf(parts),
  };
}

function usersOf(parts: Parts): Pick<Provider, 'me' | 'listUsers' | 'createUser' | 'removeUser'> {
  const { organizationId } = parts;
  const listUsers = async (signal: AbortSignal) => {
    const list = await again(parts, calls.listUsers(organizationId), signal);
    const users = list.application_users.map((user) => userRecord(user, organizationId));
    return { at: whereOf(organizationId), users };
  };
  return {
    me: async (signal) => callerRecord((await again(parts, calls.getCaller, signal)).user, organizationId),
    listUsers,
    createUser: async (name, signal) =>
      userRecord(await once(parts, calls.createUser(organizationId, name), signal), organizationId),
    removeUser: async (user, signal) => {
      const remove = calls.deleteUser(organizationId, user);
      const isGone = async () => !(await listUsers(signal)).users.some(({ id }) => id === user.id);
      const failure = await failureUnlessGone(() => again(parts, remove, signal), isGone);
      if (failure === undefined) return;
      // The first DELETE of an application user may fail with 400 for no reason (TF provider, PR #2094).
      if (failure.status !== 400) throw failure;
      const second = await failureUnlessGone(() => again(parts, remove, signal), isGone);
      if (second !== undefined) throw second;
    },
  };
}

type TokenMethods = 'listTokens' | 'createToken' | 'updateDescription' | 'revoke';

function tokensOf(parts: Parts): Pick<Provider, TokenMethods> {
  const ownerOf = ({ personal, id, name }: UserRecord): calls.TokenOwner => {
    if (personal) return { kind: 'caller' };
    return { kind: 'applicationUser', organizationId: parts.organizationId, userId: id, name };
  };
  const listTokens = async (user: UserRecord, signal: AbortSignal) =>
    tokenRecords((await again(parts, calls.listTokens(ownerOf(user)), signal)).tokens);
  return {
    listTokens,
    createToken: async (user, { spec, description }, signal) => {
      const create = calls.createToken(ownerOf(user), tokenRequest(spec, description));
      const issued = await once(parts, create, signal);
      return { id: issued.token_prefix, value: new SecretValue(issued.full_token) };
    },
    updateDescription: async (user, id, description, signal) => {
      if (!user.personal)
        throw new InvariantError('Aiven cannot change the description of an application token');
      await again(parts, calls.describeToken(id, description), signal);
    },
    revoke: async (user, id, signal) => {
      const isGone = async () => !(await listTokens(user, signal)).some((token) => token.id === id);
      const isUserGone = async () => {
        if (user.personal) return false;
        const users = await again(parts, calls.listUsers(parts.organizationId), signal);
        return !users.application_users.some(({ user_id }) => user_id === user.id);
      };
      const revoke = () => again(parts, calls.revokeToken(ownerOf(user), id), signal);
      // Of a user that is gone, the tokens cannot be listed either.
      const failure = await failureUnlessGone(revoke, async () => (await orFalse(isGone)) || isUserGone());
      if (failure !== undefined) throw failure;
    },
  };
}

/**
 * Runs a DELETE. 404 is success; with which status a missing thing is answered is not known, so after 400 and
 * 403 a look decides.
 * @returns the failure when the thing is still there
 */
async function failureUnlessGone(
  remove: () => Promise<unknown>,
  isGone: () => Promise<boolean>,
): Promise<ProviderError | undefined> {
  try {
    await remove();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.failure === 'missing') return undefined;
    const mayBeGone = error.failure === 'refused' && (error.status === 400 || error.status === 403);
    if (!mayBeGone) throw error;
    return (await orFalse(isGone)) ? undefined : error;
  }
}

/** A look that fails has seen nothing: the first failure is then the one to report. */
async function orFalse(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ProviderError && error.failure !== 'credential') return false;
    throw error;
  }
}

/** A request that does no harm when it arrives twice. */
function again<Schema extends z.ZodType>(parts: Parts, call: Call<Schema>, signal: AbortSignal) {
  return retry(() => parts.api.request(call, signal), repeatable, { runtime: parts.runtime, signal });
}

/** A create: one request, and another only when the first was turned away by the rate limit. */
function once<Schema extends z.ZodType>(parts: Parts, call: Call<Schema>, signal: AbortSignal) {
  return retry(() => parts.api.request(call, signal), onlyRateLimited, { runtime: parts.runtime, signal });
}

/** The prefix is the first 12 characters in every published sample; a value has 372, and never under 100. */
function idOf(value: SecretValue): string | undefined {
  const text = value.reveal();
  return text.length >= 100 && /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? text.slice(0, 12) : undefined;
}

/**
 * One request with the value itself. A scope, a role or an allowlist that forbids even `GET /me` answers 403,
 * which only a token that lives gets.
 */
async function verify(
  http: Http,
  value: SecretValue,
  signal: AbortSignal,
): Promise<'alive' | 'refused' | 'unknown'> {
  try {
    await aivenApi(http, value).request(calls.getCaller, signal);
    return 'alive';
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.failure === 'credential') return 'refused';
    return error.failure === 'refused' || error.failure === 'missing' ? verdictOn(error.status) : 'unknown';
  }
}

/** A redirect or a page that is not Aiven's says nothing about the token. */
function verdictOn(status: number | undefined): 'alive' | 'unknown' {
  return status !== undefined && status >= 400 ? 'alive' : 'unknown';
}
