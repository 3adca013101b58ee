/**
 * What a provider's lists said a moment ago, for all sets of an issuer: the first look of a pass may take it,
 * a second look asks again, and whatever this process changes is forgotten at once. So a list is at most as
 * old as the lists of a provider may lag anyway, and one that nobody asked for twice is never proof.
 */
import type { TokenRecord, UserList, UserRecord } from '../core/observation.ts';
import type { Provider } from '../engine/ports.ts';

interface Entry<T> {
  readonly askedAtMs: number;
  readonly answer: Promise<T>;
}

export interface SharedLists {
  users(provider: Pick<Provider, 'listUsers'>, look: Look): Promise<UserList>;
  tokens(
    provider: Pick<Provider, 'listTokens'>,
    user: UserRecord,
    look: Look,
  ): Promise<readonly TokenRecord[]>;
  /** After a change: of a user's tokens, or of everything. */
  forget(userId?: string): void;
}

interface Look {
  readonly isFirst: boolean;
  readonly signal: AbortSignal;
}

/** @param freshMs how long a list is taken for what the provider would say again */
export function createSharedLists(monotonicMs: () => number, freshMs: number): SharedLists {
  const entries = new Map<string, Entry<unknown>>();
  const dropOld = (): void => {
    for (const [key, { askedAtMs }] of entries) {
      // In the order of asking, so that the rest is younger.
      if (monotonicMs() - askedAtMs < freshMs) break;
      entries.delete(key);
    }
  };
  const share = async <T>(key: string, isFirst: boolean, ask: () => Promise<T>): Promise<T> => {
    dropOld();
    const known = entries.get(key) as Entry<T> | undefined;
    if (known && isFirst) return await known.answer;
    const entry = { askedAtMs: monotonicMs(), answer: ask() };
    entries.delete(key);
    entries.set(key, entry);
    try {
      return await entry.answer;
    } catch (error) {
      if (entries.get(key) === entry) entries.delete(key);
      throw error;
    }
  };
  return {
    users: (provider, { isFirst, signal }) => share('users', isFirst, () => provider.listUsers(signal)),
    tokens: (provider, user, { isFirst, signal }) =>
      share(`tokens ${user.id}`, isFirst, () => provider.listTokens(user, signal)),
    forget: (userId) => {
      if (userId === undefined) entries.clear();
      else entries.delete(`tokens ${userId}`);
    },
  };
}
