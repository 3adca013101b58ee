/**
 * Creating and removing application users. Names need not be unique at a provider, so both sides are listed.
 */
import { ProviderError } from '../../core/errors.ts';
import type { UserRecord } from '../../core/observation.ts';
import type { Change } from '../../core/plan/types.ts';
import type { Work } from '../work.ts';

/**
 * Creates the user unless it is there by now, and uses the oldest of its name.
 *
 * @returns what is worth knowing, such as a second user of that name.
 */
export async function createUser(work: Work, name: string): Promise<string | undefined> {
  const { provider } = work.entry;
  const { signal } = work.run;
  const known = new Map((await named(work, name)).map((user) => [user.id, user]));
  if (known.size === 0) {
    try {
      const made = await provider.createUser(name, signal);
      known.set(made.id, made);
    } catch (error) {
      // It may have been created all the same: the list below tells.
      if (!(error instanceof ProviderError) || error.failure !== 'ambiguous') throw error;
    }
  }
  // The list may lag behind our own create, and may show one that someone else made at the same time.
  for (const user of await named(work, name)) known.set(user.id, user);
  const users = [...known.values()];
  const [oldest, ...twins] = users.toSorted(
    (a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.id < b.id ? -1 : 1),
  );
  if (!oldest) {
    throw new ProviderError(
      `the application user "${name}" is not listed after it was created; run again`,
      'missing',
    );
  }
  work.created.set(name, oldest);
  return twins.length === 0
    ? undefined
    : `there are ${users.length} users named "${name}"; the oldest is used`;
}

/** Removes the user, unless a live token appeared that the plan did not know. */
export async function removeUser(
  work: Work,
  change: Change & { readonly kind: 'removeUser' },
): Promise<void> {
  const { users } = work.observation;
  const user = users.kind === 'listed' ? users.users.find(({ id }) => id === change.userId) : undefined;
  if (!user) return;
  const { provider } = work.entry;
  // Twice, because one list is never proof that something is gone.
  const lists = [
    await provider.listTokens(user, work.run.signal),
    await provider.listTokens(user, work.run.signal),
  ];
  const tokens = new Map(lists.flat().map((token) => [token.id, token]));
  const alive = [...tokens.values()].filter(
    ({ expiresAt }) => expiresAt === undefined || expiresAt > provider.now(),
  );
  if (alive.length > 0) {
    const tokensLeft = alive.length === 1 ? 'a live token' : `${alive.length} live tokens`;
    throw new ProviderError(`the user "${user.name}" still has ${tokensLeft} and was kept`, 'refused');
  }
  await provider.removeUser(user, work.run.signal);
}

async function named(work: Work, name: string): Promise<readonly UserRecord[]> {
  const { users } = await work.entry.provider.listUsers(work.run.signal);
  return users.filter((user) => user.name === name);
}
