// Tokens of Aiven delivered to GitHub secrets by the real engine: made, rotated, healed after every crash
// between two writes, served throughout.
import { describe, expect, it } from '@jest/globals';
import { formatReceipt } from '../../../src/core/receipt.ts';
import { day, declare, minute } from '../../core/plan/manifest.ts';
import { outcomes } from '../../engine/harness.ts';
import { expectHealed, first, reference, second, startWorld } from './world.ts';

const rotate = { rotate: new Set(['ci/deploy']) };
const both = [first, second];

describe('a token that is delivered to GitHub', () => {
  it('is made, delivered, rotated with an overlap, and the old one is revoked', async () => {
    const world = await startWorld(both);
    expect(outcomes(await world.pass())).toEqual(['createUser Missing done', 'create Missing done']);
    await world.expectServed();
    const [made = ''] = await world.live();
    world.advance(80 * day);
    expect(outcomes(await world.pass())).toEqual(['rotate RotationDue done']);
    expect(world.receipt(first)).toMatchObject({ current: { generation: 2 }, previous: [{ id: made }] });
    expect(await world.live()).toHaveLength(2);
    await expectHealed(world, both);
    expect(await world.live()).not.toContain(made);
  });

  it('is replaced when somebody overwrites the secret', async () => {
    const world = await startWorld([first]);
    await world.pass();
    world.advance(day);
    world.github.setSecret(first, 'by hand');
    expect(outcomes(await world.pass())).toEqual(['rotate Tampered done']);
    await world.expectServed();
    await expectHealed(world, [first]);
  });

  it('is replaced when somebody deletes the secret', async () => {
    const world = await startWorld([first]);
    await world.pass();
    world.github.setSecret(first, undefined);
    expect(outcomes(await world.pass())).toEqual(['rotate Tampered done']);
    await expectHealed(world, [first]);
  });

  it('is left alone while what is there cannot be seen', async () => {
    const world = await startWorld([first]);
    await world.pass();
    const live = await world.live();
    const { token } = world;
    world.token = world.github.token({ permissions: {}, hidden: ['actions_variables', 'secrets'] });
    world.advance(85 * day);
    const report = await world.pass();
    expect(report.entries).toEqual([]);
    expect(await world.live()).toEqual(live);
    world.token = token;
    expect(outcomes(await world.pass())).toEqual(['rotate RotationDue done']);
  });

  it('is not made while its environment is not there', async () => {
    const world = await startWorld([{ ...first, environment: 'staging' }]);
    const report = await world.pass();
    expect(
      report.entries.map(({ change, outcome, detail }) => [change.kind, outcome, detail]),
    ).toContainEqual([
      'create',
      'failed',
      expect.stringContaining('gh api --method PUT repos/acme/payments/environments/staging'),
    ]);
    expect(await world.live()).toEqual([]);
  });

  it('is withdrawn and revoked when its declaration ends', async () => {
    const world = await startWorld([first]);
    await world.pass();
    await world.pass({ destroy: true });
    expect(world.github.secret(first)).toBeUndefined();
    expect(world.github.variable({ ...first, name: 'TOKEN_RECEIPT' })).toBeUndefined();
    expect(await world.live()).toEqual([]);
  });
});

describe('a repository that is renamed', () => {
  const there = { ...first, repository: 'acme/pay' };

  it('is said, and nothing is done under its old name', async () => {
    const world = await startWorld([first]);
    await world.pass();
    const live = await world.live();
    world.github.rename('acme/payments', 'acme/pay');
    world.advance(85 * day);
    const { entries, plan } = await world.pass();
    expect(entries).toEqual([]);
    expect(JSON.stringify(plan.changes)).toContain('It has moved: it was renamed or transferred.');
    expect(await world.live()).toEqual(live);
  });

  it('goes on under its new name; the old one, taken out of the receipt, holds nothing up', async () => {
    const world = await startWorld([first]);
    await world.pass();
    const [old] = await world.live();
    world.github.rename('acme/payments', 'acme/pay');
    world.set = { ...world.set, declarations: [declare({ deliverTo: [reference(there)] })] };
    world.advance(80 * day);
    expect(outcomes(await world.pass())).toEqual(['rotate RotationDue done']);
    world.advance(8 * day);
    await world.pass();
    expect(await world.live()).toContain(old);
    const variable = { ...there, name: 'TOKEN_RECEIPT' };
    const receipt = world.receipt(there);
    const destinations = receipt.destinations.filter((key) => !key.includes('/payments:'));
    world.github.setVariable(variable, formatReceipt({ ...receipt, destinations }));
    await world.pass();
    expect(await world.live()).toEqual([receipt.current?.id]);
  });
});

describe('a crash in the middle', () => {
  // pending, value, receipt; then value and receipt of the second destination.
  const writes = [1, 2, 3, 4, 5].flatMap((write) => [
    { write, moment: 'before' as const },
    { write, moment: 'after' as const },
  ]);

  it.each(writes)('of a rotation $moment write $write to GitHub loses nothing', async (death) => {
    const world = await startWorld(both);
    await world.pass();
    world.advance(day);
    world.death = death;
    await world.crash(rotate);
    await world.expectServed();
    await expectHealed(world, both);
  });

  it.each([1, 2, 3].flatMap((write) => [[write, 'before'] as const, [write, 'after'] as const]))(
    'of a first delivery at write %i, %s it, leaves nothing behind',
    async (write, moment) => {
      const world = await startWorld([first]);
      world.death = { write, moment };
      await world.crash();
      for (let pass = 0; pass < 3; pass++) {
        world.advance(16 * minute);
        await world.pass();
      }
      await expectHealed(world, [first]);
    },
  );

  it('between a value and its receipt leaves a token that is found out and replaced', async () => {
    const world = await startWorld([first]);
    await world.pass();
    world.advance(day);
    world.death = { write: 2, moment: 'after' };
    await world.crash(rotate);
    expect(world.receipt(first)).toMatchObject({ current: { generation: 1 }, pending: { generation: 2 } });
    // Nothing is done while the other run may still be at work.
    expect((await world.pass()).entries).toEqual([]);
    await expectHealed(world, [first]);
    expect(world.receipt(first).current?.generation).toBe(3);
  });
});
