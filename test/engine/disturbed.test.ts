// What others do while nobody looks: destinations deleted or restored, credentials that die, lists that lag,
// two runs at once.
import { describe, expect, it } from '@jest/globals';
import { day, declare, destination, hour, minute } from '../core/plan/manifest.ts';
import { forever } from '../providers/aiven/harness.ts';
import { outcomes, startWorld } from './harness.ts';
import { delivered, expectHealed } from './healing.ts';

const rotate = { rotate: new Set(['ci/deploy']) };

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

  it('a token revoked right after its issue is replaced at once, for its value is tried', async () => {
    const world = await delivered('a', 'b');
    const id = world.receipt('a')?.current?.id ?? '';
    const [user] = (await world.aiven.provider.listUsers(forever)).users;
    if (!user) throw new Error('there is no user');
    await world.aiven.provider.revoke(user, id, forever);
    expect(outcomes(await world.pass())).toEqual(['rotate CurrentTokenGone done']);
    expect(await world.isServed('a')).toBe(true);
    await expectHealed(world, ['a', 'b']);
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

  it.each([-5 * hour, 5 * hour])(
    'the clock of this machine is wrong by %d ms and nothing comes of it',
    async (skewMs) => {
      const world = await delivered('a', 'b');
      world.skewMs = skewMs;
      expect(outcomes(await world.pass())).toEqual([]);
      expect(outcomes(await world.pass(rotate))).toEqual(['rotate Requested done']);
      expect(outcomes(await world.pass())).toEqual([]);
      await expectHealed(world, ['a', 'b']);
    },
  );

  it('two runs at once issue at most one token that stays', async () => {
    const world = await delivered('a', 'b');
    await Promise.allSettled([world.pass(rotate), world.pass(rotate)]);
    world.advance(hour);
    await expectHealed(world, ['a', 'b']);
  });

  it('the loser of two runs cannot revoke its token, which is drained and revoked later', async () => {
    const world = await delivered('a', 'b');
    await world.fault('serverErrorBeforeApply=always,on=DELETE access-tokens');
    await Promise.allSettled([world.pass(rotate), world.pass(rotate)]);
    await fetch(`${world.aiven.emulator.controlUrl}/faults`, { method: 'DELETE' });
    expect(await world.live()).toHaveLength(3);
    world.memory.backOff.clear();
    world.advance(hour);
    await expectHealed(world, ['a', 'b']);
  });

  it('a token that vanished is replaced although a younger user of that name is listed first', async () => {
    const world = await delivered('a', 'b');
    world.advance(minute);
    const [oldest] = (await world.aiven.provider.listUsers(forever)).users;
    if (!oldest) throw new Error('no user');
    await world.aiven.provider.createUser('ci', forever);
    world.wrap = (provider) => ({
      ...provider,
      listUsers: async (signal) => {
        const list = await provider.listUsers(signal);
        const youngestFirst = list.users.toSorted((x, y) => (y.createdAt ?? 0) - (x.createdAt ?? 0));
        return { ...list, users: youngestFirst };
      },
    });
    await world.aiven.provider.revoke(oldest, world.receipt('a')?.current?.id ?? '', forever);
    world.advance(6 * minute);
    expect(outcomes(await world.pass())).toEqual(['rotate CurrentTokenGone done']);
    expect(await world.isServed('a')).toBe(true);
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
