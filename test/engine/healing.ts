/** Where crash tests begin, and what must hold after them however the crash went. */
import { expect } from '@jest/globals';
import { day, declare, destination, minute } from '../core/plan/manifest.ts';
import { outcomes, startWorld, type World } from './harness.ts';

/** A world in which one token has been delivered to both destinations. */
export async function delivered(first: string, second: string): Promise<World> {
  const world = await startWorld({
    declarations: [declare({ deliverTo: [destination(first), destination(second)] })],
  });
  await world.pass();
  return world;
}

/** A dead or frozen process keeps no memory, and some time passes until the next run. */
export function restart(world: World): void {
  world.memory.backOff.clear();
  world.advance(16 * minute);
}

/** Plain runs, with consumers served before and after each, until nothing is left to heal. */
export async function expectHealed(world: World, names: readonly string[]): Promise<void> {
  for (const waitMs of [0, 16 * minute, 2 * day, 8 * day, minute]) {
    world.advance(waitMs);
    for (const name of names) expect(await world.isServed(name)).toBe(true);
    await world.pass();
    for (const name of names) expect(await world.isServed(name)).toBe(true);
  }
  const id = world.receipt(names[0] ?? '')?.current?.id;
  expect(await world.live()).toEqual([id]);
  for (const name of names) {
    expect(world.receipt(name)).toMatchObject({ current: { id }, pending: null, previous: [] });
  }
  expect(outcomes(await world.pass())).toEqual([]);
}
