// The commit point: what becomes of the new token when the write at the first destination does not clearly
// succeed.
import { describe, expect, it } from '@jest/globals';
import { outcomes, startWorld } from './harness.ts';
import { delivered, expectHealed, restart } from './healing.ts';

const rotate = { rotate: new Set(['ci/deploy']) };

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

  it('is drained later when it cannot be taken back either', async () => {
    const world = await delivered('a', 'b');
    world.place('a').faults.push('refused', 'refused', 'refused', 'refused');
    await world.fault('serverErrorBeforeApply=always,on=DELETE access-tokens');
    const report = await world.pass(rotate);
    expect(report.entries[0]).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('could not be revoked either'),
    });
    await fetch(`${world.aiven.emulator.controlUrl}/faults`, { method: 'DELETE' });
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

  it.each([
    ['a value', { value: 'theirs' }],
    ['the receipt of a newer keyturn', { receipt: '{"v":2}' }],
  ])('yields to %s that someone puts into an empty destination', async (_what, theirs) => {
    const world = await startWorld();
    world.wrap = (provider) => ({
      ...provider,
      verify: async (value, signal) => {
        Object.assign(world.place('a'), { ...theirs, version: 90 });
        return await provider.verify(value, signal);
      },
    });
    await world.pass();
    expect(world.place('a')).toMatchObject(theirs);
    expect(await world.live()).toEqual([]);
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
