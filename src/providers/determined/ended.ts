/** Tokens that work no more: a master keeps them for ever, and lists them when it is asked. */
import { ProviderError } from '../../core/errors.ts';
import type { EndedToken } from '../adapter.ts';
import type { TokenInfo, User } from './answers.ts';
import * as calls from './calls.ts';
import { tokenRecord } from './convert.ts';
import type { Requests } from './requests.ts';
import { listEverybody } from './users.ts';

/**
 * Of everybody where the credential may see that, else of its own user. One revoked and later expired counts
 * as revoked.
 *
 * @param now gives the master's time in milliseconds, which decides what has expired
 */
export async function listEnded(
  requests: Requests,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly EndedToken[]> {
  const everybody = await listEverybody(requests, signal);
  const names = new Map(everybody.map(({ id, username }): [number, string] => [id, username]));
  const items = await listWhatIsAllowed(requests, signal);
  return items.flatMap((item) => {
    const ended = item.revoked ? 'revoked' : item.expiry <= now() ? 'expired' : undefined;
    if (ended === undefined) return [];
    const user = { id: String(item.userId), name: names.get(item.userId) ?? `user ${item.userId}` };
    return [{ user, token: tokenRecord(item, undefined), ended }];
  });
}

async function listWhatIsAllowed(requests: Requests, signal: AbortSignal): Promise<readonly TokenInfo[]> {
  const list = async (username?: User['username']) => {
    const filter = username === undefined ? { ended: true } : { username, ended: true };
    return (await requests.again(calls.listTokens(filter), signal)).tokenInfo;
  };
  try {
    return await list();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.failure !== 'refused') throw error;
    return await list((await requests.again(calls.getCaller, signal)).user.username);
  }
}
