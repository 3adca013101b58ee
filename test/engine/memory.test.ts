// What one receipt remembers and another does not, because its destination was deleted, dropped or taken by
// someone else: no write may lose it.
import { describe, expect, it } from '@jest/globals';
import { hashOwner } from '../../src/core/mark.ts';
import { buildSet, day, declare, destination, minute } from '../core/plan/manifest.ts';
import { outcomes, startWorld } from './harness.ts';
import { delivered, restart } from './healing.ts';

const rotate = { rotate: new Set(['ci/deploy']) };
const compromised = (word: string, names: readonly string[]) =>
  declare({
    deliverTo: names.map((name) => destination(name)),
    rotation: { ...declare().rotation, compromised: word },
  });

describe('what receipts remember', () => {
  it('keeps the old token of a renamed declaration when its first destination is deleted', async () => {
    const world = await delivered('a', 'wb');
    const old = world.place('a').value ?? '';
    const deliverTo = [destination('a'), destination('wb')];
    world.set = { ...world.set, declarations: [declare({ name: 'ci/new', deliverTo })] };
    await world.pass();
    Object.assign(world.place('a'), { value: undefined, receipt: undefined, version: 90 });
    await world.pass();
    await world.pass();
    expect(await world.isLive(old)).toBe(true);
    expect(world.receipt('a')?.previous).toHaveLength(2);
  });

  it('stays when the destination that held it leaves the manifest', async () => {
    const world = await delivered('a', 'b');
    await world.fault('dropAfterApply=1,on=POST access-tokens$');
    await world.pass(rotate);
    restart(world);
    await world.pass();
    world.set = { ...world.set, declarations: [declare({ deliverTo: [destination('b')] })] };
    await world.pass();
    expect(world.receipt('b')?.previous).toHaveLength(1);
  });

  it('does not count a compromise as handled that nobody approved', async () => {
    const world = await delivered('a', 'b');
    world.set = { ...world.set, declarations: [compromised('INC-1', ['a', 'b'])] };
    world.advance(77 * day);
    await world.pass({ approved: new Set() });
    expect(world.receipt('a')?.current?.generation).toBe(2);
    expect(outcomes(await world.pass())).toEqual(['rotate Compromised done']);
  });

  it('lets a compromised token die after an hour although another destination cannot be read', async () => {
    const world = await delivered('a', 'b');
    const old = world.place('a').value ?? '';
    world.place('b').unreadable = true;
    world.set = { ...world.set, declarations: [compromised('INC-1', ['a', 'b'])] };
    await world.pass();
    world.advance(50 * minute);
    await world.pass();
    expect(await world.isLive(old)).toBe(true);
    world.advance(12 * minute);
    await world.pass();
    expect(await world.isLive(old)).toBe(false);
  });
});

describe('a destination that leaves a declaration', () => {
  it('keeps the receipt and the value of another owner who took it', async () => {
    const world = await delivered('a', 'b');
    const receipt = JSON.parse(world.place('b').receipt ?? '{}');
    const theirs = { receipt: JSON.stringify({ ...receipt, owner: hashOwner('x', 'y') }), value: 'theirs' };
    Object.assign(world.place('b'), { ...theirs, version: 90 });
    world.set = { ...world.set, declarations: [declare()] };
    await world.pass();
    expect(world.place('b')).toMatchObject(theirs);
    expect(outcomes(await world.pass())).toEqual([]);
  });

  it('gets to another declaration of the set by itself', async () => {
    const declareAt = (name: string, names: readonly string[]) =>
      declare({ name, deliverTo: names.map((place) => destination(place)) });
    const world = await startWorld({
      declarations: [declareAt('ci/x', ['a', 'b']), declareAt('ci/y', ['c'])],
    });
    await world.pass();
    world.set = { ...world.set, declarations: [declareAt('ci/x', ['a']), declareAt('ci/y', ['b', 'c'])] };
    await world.pass();
    await world.pass();
    expect(world.receipt('b')?.token).toBe('ci/y');
    expect(world.place('b').value).toBe(world.place('c').value);
    expect(outcomes(await world.pass())).toEqual([]);
  });

  it('is never empty when another set of the run goes on from there', async () => {
    const deliverTo = [destination('a'), destination('b')];
    const world = await startWorld({ declarations: [declare({ name: 'ci/x', deliverTo })] });
    await world.pass();
    const formerOwners = [{ ownerId: 'payments-k3x9ab', name: 'payments' }];
    const ofOther = declare({ name: 'ci/y', deliverTo: [destination('b')] });
    world.set = { ...world.set, declarations: [declare({ name: 'ci/x' })] };
    world.others = [
      buildSet({
        set: { name: 'billing', ownerId: 'billing-000000', formerOwners },
        declarations: [ofOther],
      }),
    ];
    for (const waitMs of [0, minute, 2 * day, 8 * day, minute]) {
      world.advance(waitMs);
      await world.passAll();
      expect([await world.isServed('a'), await world.isServed('b')]).toEqual([true, true]);
    }
    expect(await world.live()).toHaveLength(2);
    expect((await world.passAll()).map(outcomes)).toEqual([[], []]);
  });
});

describe('an approval', () => {
  it('is needed before a rotation by the calendar delivers to a new destination', async () => {
    const world = await startWorld();
    await world.pass();
    world.set = {
      ...world.set,
      declarations: [declare({ deliverTo: [destination('b'), destination('a')] })],
    };
    world.advance(77 * day);
    await world.pass({ approved: new Set() });
    expect(world.receipt('a')?.current?.generation).toBe(2);
    await world.pass({ approved: new Set() });
    expect(world.place('b').value).toBeUndefined();
    expect(outcomes(await world.pass())).toEqual(['deliver DestinationMissing done']);
    expect(world.place('b').value).toBe(world.place('a').value);
  });
});
