/** Consumers: they read a destination at some moment and use what they read for as long as an overlap. */
import { isServed } from './draft.ts';
import { isAlive, tokenOf } from './organization.ts';
import { servedPlaces } from './people.ts';
import { kindOf } from './place.ts';
import { isToken } from './tamper.ts';
import { placeOf, Violation, type World } from './world.ts';

/** Somebody reads a place now, uses the value at once and once more before the overlap is over. */
export function consume(world: World): void {
  const { scheduler } = world;
  const places = servedPlaces(world);
  if (places.length === 0) return;
  const dice = world.dice('consumers');
  const { shape, name } = dice.pick(places);
  const machine = dice.pick(world.processes).machine;
  const place = placeOf(world, name, machine);
  const { value } = place;
  if (!isToken(value)) return;
  const readAt = scheduler.now();
  const declaration = tokenOf(world.organization, value)?.mark?.declaration ?? '';
  const isOfShape = [shape.name, ...shape.formerly].includes(declaration);
  const wasOurs = place.byEngine && !place.raced && isOfShape;
  // Whoever takes the place from the manifest, or tampers with it, is to blame himself.
  const isTrusted = (): boolean => {
    const isThere = isServed(world.draft, shape) && shape.to.includes(name);
    // Two machines with files of one declaration cannot see each other's (docs/evidence.md).
    const isSplit = kindOf(name) === 'local' && world.rates.secondMachine > 0;
    // People may shorten an overlap while somebody counts on it.
    const isInTime = scheduler.now() - readAt < Math.min(...shape.overlaps);
    return isInTime && wasOurs && isThere && place.tamperedAt < readAt && !isSplit;
  };
  use(world, value, { name, readAt, isTrusted });
  const overlapMs = Math.min(...shape.overlaps);
  // Some do not take the new value in time: nobody owes them anything but to wait until they are idle.
  if (dice.chance(0.3)) {
    scheduler.at(readAt + dice.between(1, 1.3) * overlapMs, () => {
      use(world, value, { name, readAt, isTrusted });
      return false;
    });
  }
  scheduler.at(readAt + dice.between(0, 0.99 * overlapMs), () => {
    use(world, value, { name, readAt, isTrusted });
    return false;
  });
}

function use(
  world: World,
  value: string,
  {
    name,
    readAt,
    isTrusted,
  }: { readonly name: string; readonly readAt: number; readonly isTrusted: () => boolean },
): void {
  const token = tokenOf(world.organization, value);
  const now = world.scheduler.now();
  if (!token) return;
  world.step++;
  if (isAlive(token, now)) {
    token.lastUsedAt = now;
    token.lastUserAgent = 'curl/8';
    return;
  }
  if (!isTrusted() || token.ended?.by !== 'engine') return;
  const seconds = Math.round((now - readAt) / 1_000);
  throw new Violation('S2', `a consumer that read ${name} ${seconds} s ago is refused with ${token.id}`);
}
