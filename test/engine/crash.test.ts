// Every crash point of DESIGN 5. After each the next plain runs heal: the destination holds a live token at every
// moment, and in the end there is one live token per declaration and no orphan.
import { describe, expect, it } from '@jest/globals';
import type { Provider } from '../../src/engine/ports.ts';
import { day, declare, destination, hour, minute } from '../core/plan/manifest.ts';
import { forever } from '../providers/aiven/harness.ts';
import { outcomes, startWorld, type World } from './harness.ts';
import { Crash } from './places.ts';

const rotate = { rotate: new Set(['ci/deploy']) };
const kinds = [
  ['a readable destination', 'a', 'b'],
  ['a write-only destination', 'wa', 'wb'],
] as const;

/** A world in which one token has been delivered to both destinations. */
async function delivered(first: string, second: string): Promise<World> {
  const world = await startWorld({
    declarations: [declare({ deliverTo: [destination(first), destination(second)] })],
  });
  await world.pass();
  return world;
}

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

/** A dead or frozen process keeps no memory, and some time passes until the next run. */
function restart(world: World): void {
  world.memory.backOff.clear();
  world.advance(16 * minute);
}

/** Plain runs, with consumers served before and after each, until nothing is left to heal. */
async function expectHealed(world: World, names: readonly string[]): Promise<void> {
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

describe('a commit that does not clearly succeed', () => {
  it('is taken back when every write is refused', async () => {
    const world = await delivered('a', 'b');
    const before = await world.live();
    world.place('a').faults.push('refused', 'refused', 'refused', 'refused');
    const report = await world.pass(rotate);
    expect(report.entries[0]).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('has been revoked again'),
    });
    expect(await world.live()).toEqual(before);
    restart(world);
    await expectHealed(world, ['a', 'b']);
  });

  it('goes again with the same token when a refusal passes', async () => {
    const world = await delivered('a', 'b');
    world.place('a').faults.push('refused', 'refused');
    expect(outcomes(await world.pass(rotate))).toEqual(['rotate Requested done']);
    expect(await world.live()).toHaveLength(2);
  });

  it('is recognised by reading back when its reply was lost', async () => {
    const world = await delivered('a', 'b');
    world.place('a').faults.push('unanswered');
    expect(outcomes(await world.pass(rotate))).toEqual(['rotate Requested done']);
    await expectHealed(world, ['a', 'b']);
  });

  it('revokes nothing when it cannot be read back, and is mended or drained later', async () => {
    const world = await delivered('a', 'b');
    world.place('a').faults.push('unanswered');
    world.wrap = (provider) => ({
      ...provider,
      verify: async (value, signal) => {
        world.place('a').unreadable = true;
        return await provider.verify(value, signal);
      },
    });
    const report = await world.pass(rotate);
    expect(report.entries[0]?.detail).toContain('nothing is revoked');
    expect(await world.live()).toHaveLength(2);
    world.place('a').unreadable = false;
    world.wrap = (provider) => provider;
    restart(world);
    await expectHealed(world, ['a', 'b']);
  });

  it('goes again on the new version when someone else touched the destination', async () => {
    const world = await delivered('a', 'b');
    world.place('a').faults.push('conflict');
    expect(outcomes(await world.pass(rotate))).toEqual(['rotate Requested done']);
    await expectHealed(world, ['a', 'b']);
  });

  it('yields to a receipt that someone else committed, and takes its own token back', async () => {
    const world = await delivered('a', 'b');
    const other = world.place('a');
    world.wrap = (provider) => ({
      ...provider,
      verify: async (value, signal) => {
        const receipt = JSON.parse(other.receipt ?? '{}');
        other.receipt = JSON.stringify({ ...receipt, handled: { trigger: ['theirs'], compromised: [] } });
        other.version++;
        return await provider.verify(value, signal);
      },
    });
    const before = await world.live();
    expect(outcomes(await world.pass(rotate))).toEqual(['rotate Requested failed']);
    expect(await world.live()).toEqual(before);
    world.wrap = (provider) => provider;
    restart(world);
    await expectHealed(world, ['a', 'b']);
  });

  it('leaves the other destinations when one refuses, and delivers there later', async () => {
    const world = await delivered('a', 'b');
    world.place('b').faults.push('refused');
    const report = await world.pass(rotate);
    expect(report.entries[0]?.detail).toContain('run again');
    expect(await world.isServed('b')).toBe(true);
    restart(world);
    expect(outcomes(await world.pass())).toEqual(['deliver DestinationMissing done']);
    await expectHealed(world, ['a', 'b']);
  });
});

describe('what happens behind our back', () => {
  it('a destination that was deleted gets a token again, and the old one drains', async () => {
    const world = await delivered('a', 'b');
    Object.assign(world.place('a'), { value: undefined, receipt: undefined, version: 90 });
    expect(outcomes(await world.pass())).toEqual(['deliver Tampered done']);
    await expectHealed(world, ['a', 'b']);
  });

  it('a destination restored from an old backup with a dead token is healed', async () => {
    const world = await delivered('a', 'b');
    world.set = { ...world.set, declarations: [declare()] };
    const backup = { value: world.place('a').value, receipt: world.place('a').receipt };
    await world.pass();
    await world.pass(rotate);
    world.advance(2 * day);
    await world.pass();
    Object.assign(world.place('a'), backup, { version: 90 });
    expect(await world.isServed('a')).toBe(false);
    await world.pass();
    expect(world.receipt('a')?.current?.generation).toBe(3);
    await expectHealed(world, ['a']);
  });

  it('a dead credential stops the run, which changes nothing and says so', async () => {
    const world = await delivered('a', 'b');
    const dead = world.aiven.as({ credential: 'A'.repeat(372) });
    world.wrap = () => dead;
    await expect(world.pass(rotate)).rejects.toMatchObject({ name: 'ProviderError', failure: 'credential' });
    expect(await world.live()).toHaveLength(1);
  });

  it('a credential that dies in the middle leaves the rest undone and reports it', async () => {
    const world = await startWorld({
      declarations: ['ci/x', 'ci/y'].map((name) =>
        declare({ name, deliverTo: [destination(name.slice(3))] }),
      ),
    });
    const dead = world.aiven.as({ credential: 'A'.repeat(372) });
    world.wrap = (provider) => ({
      ...provider,
      createToken: async (...input) => await dead.createToken(...input),
    });
    const report = await world.pass();
    expect(outcomes(report).toSorted()).toEqual([
      'create Missing failed',
      'create Missing failed',
      'createUser Missing done',
    ]);
    expect(await world.live()).toEqual([]);
  });

  it('the list lags by minutes and nothing is issued twice', async () => {
    const world = await startWorld({}, { toggles: { listLagMs: 4 * minute } });
    await world.pass();
    world.advance(minute);
    expect(outcomes(await world.pass())).toEqual([]);
    world.advance(4 * minute);
    expect(outcomes(await world.pass())).toEqual([]);
    expect(await world.live()).toHaveLength(1);
  });

  it('two runs at once issue at most one token that stays', async () => {
    const world = await delivered('a', 'b');
    await Promise.allSettled([world.pass(rotate), world.pass(rotate)]);
    world.advance(hour);
    await expectHealed(world, ['a', 'b']);
  });

  it('a second user of the same name is reported and not used', async () => {
    const world = await delivered('a', 'b');
    world.advance(minute);
    await world.aiven.provider.createUser('ci', forever);
    const pass = await world.plan();
    expect(pass.sets[0]?.plan.warnings).toEqual([
      'There are 2 application users named "ci"; the oldest is used.',
    ]);
    expect(outcomes(await world.pass())).toEqual([]);
  });
});
