/**
 * Lists of tokens. A master gives all tokens in one answer, at a cost that hardly depends on how many users
 * they belong to, so one answer serves every user that is asked for after a list of users: once each, and
 * never after something was changed.
 */
import type { TokenRecord, UserRecord } from '../../core/observation.ts';
import type { TokenInfo } from './answers.ts';
import * as calls from './calls.ts';
import { tokenRecord } from './convert.ts';
import type { Requests } from './requests.ts';

export interface TokenLists {
  /** Live tokens of the user: of the calling one, as anybody may; of any other, as admins may. */
  of(user: UserRecord, signal: AbortSignal): Promise<readonly TokenRecord[]>;
  /** Ids of the users that hold live tokens; undefined where the credential may not see them. */
  holders(signal: AbortSignal): Promise<ReadonlySet<string> | undefined>;
  /** One token, ended ones too; undefined when there is none. */
  find(user: UserRecord, id: string, signal: AbortSignal): Promise<TokenInfo | undefined>;
  /** What was listed is out of date. */
  forget(): void;
  /** When the listed token of this id was made, in milliseconds; undefined when none was listed. */
  createdAt(id: string): number | undefined;
}

interface Shared {
  readonly tokens: Promise<readonly TokenInfo[]>;
  /** Users that it was given to: to ask twice is to ask for another look. */
  readonly served: Set<string>;
}

/**
 * @param ownName the user name of the caller
 * @param ownId of the credential, which lists say apart
 */
export function openTokenLists(
  requests: Requests,
  {
    ownName,
    ownId,
  }: { readonly ownName: (signal: AbortSignal) => Promise<string>; readonly ownId: () => string | undefined },
): TokenLists {
  let shared: Shared | undefined;
  const made = new Map<string, number>();
  const list = async (filter: calls.TokenFilter, signal: AbortSignal): Promise<readonly TokenInfo[]> => {
    const { tokenInfo } = await requests.again(calls.listTokens(filter), signal);
    for (const { id, createdAt } of tokenInfo) made.set(String(id), createdAt);
    return tokenInfo;
  };
  const share = (signal: AbortSignal, userId?: string): Promise<readonly TokenInfo[]> => {
    if (shared === undefined || (userId !== undefined && shared.served.has(userId))) {
      const next: Shared = { tokens: list({}, signal), served: new Set() };
      shared = next;
      next.tokens.catch(() => {
        if (shared === next) shared = undefined;
      });
    }
    if (userId !== undefined) shared.served.add(userId);
    return shared.tokens;
  };
  return {
    of: async (user, signal) => {
      const items = user.personal
        ? await list({ username: await ownName(signal) }, signal)
        : await share(signal, user.id);
      return items
        .filter(({ userId, revoked }) => String(userId) === user.id && !revoked)
        .map((item) => tokenRecord(item, ownId()));
    },
    holders: async (signal) => {
      const items = await share(signal).catch(() => undefined);
      return items && new Set(items.map(({ userId }) => String(userId)));
    },
    find: async (user, id, signal) => {
      const own = user.personal ? { username: await ownName(signal) } : {};
      const items = await list({ ...own, id: Number(id), ended: true }, signal);
      return items.find((item) => String(item.id) === id);
    },
    forget: () => {
      shared = undefined;
    },
    createdAt: (id) => made.get(id),
  };
}
