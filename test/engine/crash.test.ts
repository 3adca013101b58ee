// Every crash point of DESIGN 5 around a rotation. After each the next plain runs heal: the destination holds
// a live token at every moment, and in the end there is one live token per declaration and no orphan.
import { describe, expect, it } from '@jest/globals';
import type { Provider } from '../../src/engine/ports.ts';
import { day } from '../core/plan/manifest.ts';
import type { World } from './harness.ts';
import { delivered, expectHealed, restart } from './healing.ts';
import { Crash } from './places.ts';

const rotate = { rotate: new Set(['ci/deploy']) };
const kinds = [
  ['a readable destination', 'a', 'b'],
  ['a write-only destination', 'wa', 'wb'],
] as const;

/** The process dies at a call to the provider: before it is sent, or after its answer. */
function dieAt(world: World, method: 'createToken' | 'verify' | 'revoke', moment: 'before' | 'after'): void {
  let armed = true;
  world.wrap = (provider) => {
    const call = provider[method] as (...input: unknown[]) => Promise<unknown>;
    const dying = async (...input: unknown[]): Promise<unknown> => {
      if (!armed) return await call(...input);
      armed = false;
      if (moment === 'after') await call(...input);
      throw new Crash();
    };
    return { ...provider, [method]: dying } as Provider;
  };
}

describe.each(kinds)('a crash during a rotation at %s', (_kind, first, second) => {
  it('before the create loses nothing', async () => {
    const world = await delivered(first, second);
    dieAt(world, 'createToken', 'before');
    await world.crash(rotate);
    restart(world);
    await expectHealed(world, [first, second]);
  });

  it('with the create sent and its reply lost leaves an orphan that is drained, then revoked', async () => {
    const world = await delivered(first, second);
    await world.fault('dropAfterApply=1,on=POST access-tokens$');
    const report = await world.pass(rotate);
    expect(report.entries[0]).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('drains it'),
    });
    expect(await world.live()).toHaveLength(2);
    restart(world);
    await expectHealed(world, [first, second]);
  });

  it('after the create, before anything is committed, loses nothing', async () => {
    const world = await delivered(first, second);
    dieAt(world, 'createToken', 'after');
    await world.crash(rotate);
    restart(world);
    await expectHealed(world, [first, second]);
  });

  it('after the verification, before the commit, loses nothing', async () => {
    const world = await delivered(first, second);
    dieAt(world, 'verify', 'after');
    await world.crash(rotate);
    restart(world);
    await expectHealed(world, [first, second]);
  });

  it('right before the commit write loses nothing', async () => {
    const world = await delivered(first, second);
    const recordsPending = first.startsWith('w');
    world.place(first).faults.push(...(recordsPending ? [undefined] : []), 'crashBefore');
    await world.crash(rotate);
    restart(world);
    await expectHealed(world, [first, second]);
  });

  it('right after the commit write delivers to the rest on the next run', async () => {
    const world = await delivered(first, second);
    const recordsPending = first.startsWith('w');
    world.place(first).faults.push(...(recordsPending ? [undefined] : []), 'crashAfter');
    await world.crash(rotate);
    expect(world.receipt(first)?.current?.generation).toBe(2);
    restart(world);
    await expectHealed(world, [first, second]);
  });

  it('after the fan-out, before the old token is revoked, loses nothing', async () => {
    const world = await delivered(first, second);
    world.place(second).faults.push('crashAfter');
    await world.crash(rotate);
    restart(world);
    await expectHealed(world, [first, second]);
  });

  it.each(['before', 'after'] as const)(
    '%s the old token is revoked cleans the receipts later',
    async (moment) => {
      const world = await delivered(first, second);
      await world.pass(rotate);
      world.advance(2 * day);
      dieAt(world, 'revoke', moment);
      await world.crash();
      restart(world);
      await expectHealed(world, [first, second]);
    },
  );

  it('with the old token revoked and its receipt not yet cleaned, cleans it', async () => {
    const world = await delivered(first, second);
    await world.pass(rotate);
    world.advance(2 * day);
    world.place(second).faults.push('crashBefore');
    // The revocation is done; what dies is the cleaning, which is not worth failing a run for.
    await world.crash();
    restart(world);
    await expectHealed(world, [first, second]);
  });
});
