/**
 * A provider as one pass sees it: within the budget, with lists that other passes share, and acting only
 * while this process may.
 */
import { ProviderError } from '../core/errors.ts';
import type { UserRecord } from '../core/observation.ts';
import type { SecretValue } from '../core/secret.ts';
import type { Provider } from '../engine/ports.ts';
import type { Budget } from './budget.ts';
import type { SharedLists } from './lists.ts';

export interface Pacing {
  readonly budgets: readonly Budget[];
  readonly lists: SharedLists;
  /** The lower, the sooner. */
  readonly rank: number;
  /** Asked directly before every effect. */
  readonly mayAct: () => boolean;
  readonly onIssued: (value: SecretValue) => void;
  /** How a call of the provider ended: `done`, or what is known of its failure. */
  readonly onCall: (operation: string, ended: string) => void;
}

/** What was created is nowhere yet, so nothing goes before it. */
const urgent = -1;

export function paceProvider(provider: Provider, pacing: Pacing): Provider {
  const { budgets, lists, rank, mayAct, onIssued, onCall } = pacing;
  const looked = new Set<string>();
  const isFirst = (what: string): boolean => looked.size < looked.add(what).size;
  const call = async <T>(operation: Operation, how: Calling<T>): Promise<T> => {
    for (const budget of budgets) await budget.take(how.rank ?? rank, how.signal);
    if (how.acts && !mayAct())
      throw new ProviderError(`${operation} was not begun: another controller leads by now`, 'unreachable');
    try {
      const result = await how.send();
      onCall(operation, 'done');
      return result;
    } catch (error) {
      onCall(operation, error instanceof ProviderError ? error.failure : 'bug');
      throw error;
    }
  };
  const change = async <T>(operation: Operation, how: Calling<T> & { readonly of?: string }): Promise<T> => {
    try {
      return await call(operation, { ...how, acts: true });
    } finally {
      lists.forget(how.of);
    }
  };
  const asked = {
    listUsers: (signal: AbortSignal) => call('listUsers', { signal, send: () => provider.listUsers(signal) }),
    listTokens: (user: UserRecord, signal: AbortSignal) =>
      call('listTokens', { signal, send: () => provider.listTokens(user, signal) }),
  };
  return {
    ...provider,
    me: (signal) => call('me', { signal, send: () => provider.me(signal) }),
    listUsers: (signal) => lists.users(asked, { isFirst: isFirst('users'), signal }),
    listTokens: (user, signal) => lists.tokens(asked, user, { isFirst: isFirst(user.id), signal }),
    createUser: (name, signal) =>
      change('createUser', { signal, send: () => provider.createUser(name, signal) }),
    removeUser: (user, signal) =>
      change('removeUser', { signal, send: () => provider.removeUser(user, signal) }),
    createToken: async (user, token, signal) => {
      const send = () => provider.createToken(user, token, signal);
      const issued = await change('createToken', { signal, of: user.id, send });
      onIssued(issued.value);
      return issued;
    },
    updateDescription: (user, id, text, signal) => {
      const send = () => provider.updateDescription(user, id, text, signal);
      return change('updateDescription', { signal, of: user.id, send });
    },
    revoke: (user, id, signal) =>
      change('revoke', { signal, of: user.id, send: () => provider.revoke(user, id, signal) }),
    verify: (value, signal) =>
      call('verify', { signal, rank: urgent, send: () => provider.verify(value, signal) }),
  };
}

type Operation = Exclude<keyof Provider, 'title' | 'capabilities' | 'now' | 'idOf'>;

interface Calling<T> {
  readonly signal: AbortSignal;
  readonly send: () => Promise<T>;
  readonly rank?: number;
  /** Whether it has an effect. */
  readonly acts?: boolean;
}
