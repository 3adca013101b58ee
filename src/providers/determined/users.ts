/**
 * Users of a cluster as application users. They cannot be deleted: one that was removed is inactive, and
 * inactive users without live tokens count as not there.
 */
import { randomBytes } from 'node:crypto';
import { ProviderError } from '../../core/errors.ts';
import type { Provider } from '../../engine/ports.ts';
import type { User } from './answers.ts';
import * as calls from './calls.ts';
import { callerRecord, userRecord, whereOf } from './convert.ts';
import { describeMaster, learnLongestMaxAge } from './master.ts';
import type { Requests } from './requests.ts';
import type { TokenLists } from './token-lists.ts';

/** What is known of a cluster's users since they were last listed. */
export interface Roll {
  /** Ids of inactive users. */
  readonly inactive: ReadonlySet<string>;
}

interface Parts {
  readonly requests: Requests;
  readonly lists: TokenLists;
  /** The user the credential belongs to, told offline; undefined while no session is open. */
  readonly ownUserId: () => string | undefined;
  readonly remember: (roll: Roll) => void;
}

type UserMethods = 'me' | 'listUsers' | 'createUser' | 'removeUser';

export function usersOf({ requests, lists, ownUserId, remember }: Parts): Pick<Provider, UserMethods> {
  return {
    me: async (signal) => {
      const { clusterId } = await requests.openly(calls.getMaster, signal);
      return callerRecord((await requests.again(calls.getCaller, signal)).user, clusterId);
    },
    listUsers: async (signal) => {
      lists.forget();
      const master = await requests.openly(calls.getMaster, signal);
      const everybody = await listEverybody(requests, signal);
      const inactive = new Set(everybody.flatMap((user) => (user.active ? [] : String(user.id))));
      remember({ inactive });
      const holders = inactive.size > 0 ? await lists.holders(signal) : undefined;
      const isThere = ({ id, active }: User) => active || holders === undefined || holders.has(String(id));
      const longest = await learnLongestMaxAge(requests, signal);
      return {
        at: whereOf(master.clusterId),
        users: everybody.filter(isThere).map((user) => userRecord(user, master.clusterId)),
        notes: describeMaster(master),
        ...(longest === undefined ? {} : { longestMaxAgeSeconds: longest }),
      };
    },
    createUser: async (name, signal) => {
      const { clusterId } = await requests.openly(calls.getMaster, signal);
      const known = (await listEverybody(requests, signal)).find(({ username }) => username === name);
      if (known?.active) return userRecord(known, clusterId);
      if (known) throw inactiveUser(name);
      // Nobody is to log in as it, so its password is not kept.
      const call = calls.createUser(name, randomBytes(32).toString('base64url'));
      return userRecord((await requests.once(call, signal)).user, clusterId);
    },
    removeUser: async (user, signal) => {
      if (user.id === ownUserId())
        throw new ProviderError(
          `determined: the user "${user.name}" is the one that keyturn works as, so it was not deactivated.`,
          'refused',
        );
      const isInactive = async () => {
        const found = (await listEverybody(requests, signal)).find(({ id }) => String(id) === user.id);
        return !found?.active;
      };
      lists.forget();
      await requests.until(calls.deactivateUser(user), isInactive, signal);
    },
  };
}

/** For one whose tokens are refused now and may work again, or who was removed before. */
export function inactiveUser(name: string): ProviderError {
  return new ProviderError(
    `determined: the user "${name}" is inactive, so nothing is issued for it and nothing of it is revoked.` +
      ` Activate it with "det user activate ${name}", or set its state to Absent.`,
    'refused',
  );
}

/** Every page; a master that is asked for all gives one, but may be told otherwise by a later release. */
export async function listEverybody(requests: Requests, signal: AbortSignal): Promise<readonly User[]> {
  const found: User[] = [];
  for (;;) {
    const { users, pagination } = await requests.again(calls.listUsers(found.length), signal);
    found.push(...users);
    if (users.length === 0 || found.length >= (pagination?.total ?? 0)) return found;
  }
}
