// How many tokens may live at once when everything that frees a place fails, and that this ends by itself.
import { describe, expect, it } from '@jest/globals';
import { day, declare, destination, hour, minute } from '../core/plan/manifest.ts';
import { startWorld, type World } from './harness.ts';
import { delivered, expectHealed } from './healing.ts';

const rotate = { rotate: new Set(['ci/deploy']) };

async function clearFaults(world: World): Promise<void> {
  await fetch(`${world.aiven.emulator.controlUrl}/faults`, { method: 'DELETE' });
}

describe('the budget of live tokens', () => {
  it('holds when no token can be revoked and someone keeps overwriting the value', async () => {
    const world = await startWorld();
    await world.pass();
    await world.fault('serverErrorBeforeApply=always,on=DELETE access-tokens');
    for (let times = 1; times <= 12; times++) {
      world.advance(20 * hour);
      world.memory.backOff.clear();
      Object.assign(world.place('a'), { value: 'junk', version: 1_000 + times });
      await world.pass();
    }
    expect(await world.live()).toHaveLength(4);
  });

  it('holds for a compromise whose creates are all lost: one more, and no further', async () => {
    const world = await delivered('a', 'b');
    const rotation = { ...declare().rotation, compromised: 'INC-1' };
    const deliverTo = [destination('a'), destination('b')];
    world.set = { ...world.set, declarations: [declare({ deliverTo, rotation })] };
    await world.fault('dropAfterApply=always,on=POST access-tokens$');
    for (let times = 1; times <= 8; times++) {
      world.memory.backOff.clear();
      await world.pass();
      world.advance(minute);
    }
    expect(await world.live()).toHaveLength(5);
  });

  it('spent by first creates that were all lost is free again after an overlap', async () => {
    const world = await startWorld();
    await world.fault('dropAfterApply=always,on=POST access-tokens$');
    for (let times = 1; times <= 6; times++) {
      await world.pass();
      world.advance(61 * minute);
    }
    await clearFaults(world);
    expect(await world.live()).toHaveLength(4);
    world.advance(day);
    await world.pass();
    expect(await world.isServed('a')).toBe(true);
    await expectHealed(world, ['a']);
  });

  it('is not used up for ever by a write-only destination that refused for long', async () => {
    const world = await delivered('wa', 'wb');
    for (let times = 1; times <= 3; times++) {
      world.place('wb').faults.push('refused', 'refused');
      await world.pass(rotate);
      world.memory.backOff.clear();
      world.advance(8 * day);
    }
    world.place('wb').faults.length = 0;
    for (let times = 1; times <= 3; times++) {
      await world.pass();
      world.advance(minute);
    }
    expect(world.receipt('wb')?.current).toMatchObject({ id: world.receipt('wa')?.current?.id });
    await expectHealed(world, ['wa', 'wb']);
  });
});
