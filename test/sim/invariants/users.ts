/**
 * P29: with an application user all its tokens die, so it is removed only when the plan knew them, and when
 * two further lists showed none that lives.
 */
import { isAlive } from '../organization.ts';
import type { Process } from '../process.ts';
import { Violation, type World } from '../world.ts';
import { watchOf } from './watch.ts';

const listsSince = 2;

/** P29: when the removal of a user is sent. */
export function checkUser({ organization, scheduler }: World, process: Process, userId: string): void {
  const { lists, shownSince } = watchOf(process);
  const { planned = 0, since = 0 } = lists.get(userId) ?? {};
  if (planned === 0) throw new Violation('P29', `${userId} is removed and its tokens were never listed`);
  if (since < listsSince)
    throw new Violation('P29', `${userId} is removed after ${since} of ${listsSince} further lists`);
  const alive = [...organization.tokens.values()].find(
    (token) => token.userId === userId && shownSince.has(token.id) && isAlive(token, scheduler.now()),
  );
  if (alive) throw new Violation('P29', `${userId} is removed with ${alive.id}, which a list has just shown`);
}
