/**
 * Life after the faults: weeks in which nothing goes wrong and passes come every few days. Whatever falls due
 * is rotated in time, so nobody is ever served a token that has expired, and what was at rest comes to rest
 * again.
 */
import { count } from './coverage.ts';
import { isServed, rotations, type Shape } from './draft.ts';
import { isAlive, type OrganizationToken, tokenOf } from './organization.ts';
import type { Process } from './process.ts';
import { placeOf, Violation, type World } from './world.ts';

const day = 24 * 60 * 60_000;
/** Shorter than any `renewBefore`, so that no pass comes too late. */
const mostDaysApart = 4;
const weeks = 5;

/** Lets time pass and passes run; the first of them may come a little late. */
export async function liveOn(
  world: World,
  process: Process,
  { wait, pass }: { wait: (ms: number) => Promise<void>; pass: () => Promise<unknown> },
): Promise<void> {
  const dice = world.dice('later');
  const untilMs = world.scheduler.now() + weeks * 7 * day;
  while (world.scheduler.now() < untilMs) {
    await wait(dice.between(day, mostDaysApart * day));
    checkServed(world, process);
    await pass();
    const due = findDue(world, process);
    if (due.length > 0) throw new Violation('liveness', `a pass left ${due.join('; ')}`);
  }
  count(world.coverage, 'lived on for weeks');
}

/** What the calendar has asked for and no pass has done, in words. */
export function findDue(world: World, process: Process): readonly string[] {
  const now = world.scheduler.now();
  return served(world, process).flatMap(({ name, shape, token }) => {
    const { renewBeforeMs = 0, everyMs } = rotations[shape.rotation] ?? {};
    const isEnding = token.expiresAt !== undefined && now >= token.expiresAt - renewBeforeMs;
    const isOld = everyMs !== undefined && now >= token.createdAt + everyMs;
    return isEnding || isOld ? [`${name} of ${shape.name} with ${token.id}, which was due`] : [];
  });
}

function checkServed(world: World, process: Process): void {
  for (const { name, token } of served(world, process)) {
    if (!isAlive(token, world.scheduler.now()))
      throw new Violation('S1', `${name} serves ${token.id}, which expired although nothing went wrong`);
  }
}

interface Served {
  readonly name: string;
  readonly shape: Shape;
  readonly token: OrganizationToken;
}

function served(world: World, process: Process): readonly Served[] {
  const shapes = world.draft.shapes.filter((shape) => isServed(world.draft, shape));
  return shapes.flatMap((shape) =>
    shape.to.flatMap((name) => {
      const token = tokenOf(world.organization, placeOf(world, name, process.machine).value);
      return token ? [{ name, shape, token }] : [];
    }),
  );
}
