/**
 * Asks a second time for what the first list lacked: a token that a receipt names as current, or a user whose
 * token it is. One list is never proof that something is gone; what either list shows is there.
 */
import type { TokenRecord, Tokens, UserRecord } from '../core/observation.ts';
import type { Run } from './run.ts';
import { listTokens, type ProviderView, type States, settle } from './view.ts';

/** Completes a provider's view with second lists where the first ones lack a current token. */
export async function askAgain(run: Run, view: ProviderView, states: States): Promise<void> {
  const lacking = findLacking(run, view, states);
  if (lacking.size === 0) return;
  if ([...lacking].some((name) => usersNamed(view, name).length === 0)) await relistUsers(run, view);
  for (const user of [...lacking].flatMap((name) => usersNamed(view, name))) {
    const first = view.tokens.get(user.id);
    const second = await listTokens(run, view.provider, user);
    view.tokens.set(user.id, unite(first, second));
  }
}

/** Names of users of whose tokens a receipt names one that no list shows. */
function findLacking(run: Run, view: ProviderView, states: States): ReadonlySet<string> {
  const listed = new Set(
    [...view.tokens.values()].flatMap((list) =>
      list.kind === 'listed' ? list.tokens.map(({ id }) => id) : [],
    ),
  );
  const lacking = new Set<string>();
  for (const { set, provider } of run.sets) {
    if (provider !== view.provider) continue;
    for (const { user, deliverTo } of set.declarations) {
      for (const { identity } of deliverTo) {
        const state = states.get(identity);
        if (!state || state instanceof Error || state.receipt.kind !== 'receipt') continue;
        const { current } = state.receipt.receipt;
        if (current && !listed.has(current.id)) lacking.add(user);
      }
    }
  }
  return lacking;
}

/** Names need not be unique. */
function usersNamed({ users, me }: ProviderView, name: string): readonly UserRecord[] {
  if (name === 'me') return me && !('kind' in me) ? [me] : [];
  return users.kind === 'listed' ? users.users.filter((user) => user.name === name) : [];
}

async function relistUsers(run: Run, view: ProviderView): Promise<void> {
  const again = await settle(view.provider, async () => ({
    kind: 'listed' as const,
    ...(await view.provider.listUsers(run.signal)),
  }));
  if (again.kind === 'unknown' || view.users.kind === 'unknown') {
    view.users = again;
    return;
  }
  const seen = new Map([...view.users.users, ...again.users].map((user) => [user.id, user]));
  view.users = { ...again, users: [...seen.values()] };
}

/** What either list shows; `unknown` when the second could not be had, so that nothing is concluded. */
function unite(first: Tokens | undefined, second: Tokens): Tokens {
  if (second.kind === 'unknown') return second;
  const tokens = new Map<string, TokenRecord>();
  if (first?.kind === 'listed') for (const token of first.tokens) tokens.set(token.id, token);
  for (const token of second.tokens) tokens.set(token.id, token);
  return { kind: 'listed', tokens: [...tokens.values()], twice: first?.kind === 'listed' };
}
