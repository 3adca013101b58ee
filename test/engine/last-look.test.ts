// The last look before a revoke, and what another run did meanwhile (DESIGN 5.7, docs/adr/0016).
import { describe, expect, it } from '@jest/globals';
import { parseDescription } from '../../src/core/mark.ts';
import { carryOut } from '../../src/engine/reconcile.ts';
import { buildSet, day, declare, destination, minute } from '../core/plan/manifest.ts';
import { outcomes, startWorld, type World } from './harness.ts';

const declarations = [declare({ deliverTo: [destination('a')] })];

/** A world in which the next plan revokes a replaced token. */
async function startReplaced(): Promise<World> {
  const world = await startWorld({ declarations });
  await world.pass();
  await world.pass({ rotate: new Set(['ci/deploy']) });
  world.advance(2 * day);
  return world;
}

/** Plans, lets somebody change the receipt, and applies. */
async function meddle(world: World, change: (receipt: string) => string) {
  const pass = await world.plan();
  const place = world.place('a');
  place.receipt = change(place.receipt ?? '');
  const [report] = await carryOut(pass);
  return report;
}

describe('the last look before a revoke', () => {
  it('lets it pass when nothing has changed', async () => {
    const world = await startReplaced();
    const report = await meddle(world, (receipt) => receipt);
    expect(report && outcomes(report)).toEqual(['revoke Superseded done']);
    expect(await world.live()).toHaveLength(1);
  });

  it('is stopped by a receipt that nobody understands', async () => {
    const world = await startReplaced();
    const report = await meddle(world, () => '{"v":2}');
    expect(report && outcomes(report)).toEqual(['revoke Superseded failed']);
    expect(report?.entries[0]?.detail).toContain('may name any token');
    expect(await world.live()).toHaveLength(2);
  });

  it('is stopped by an attempt that only the nonce in its mark names', async () => {
    const world = await startReplaced();
    const [old] = await world.aiven.tokens();
    const reading = parseDescription(old?.description ?? '');
    const nonce = reading.kind === 'mark' ? reading.mark.nonce : '';
    const pending = { id: null, generation: 1, nonce, since: '2026-01-01T00:00:00.000Z' };
    const report = await meddle(world, (receipt) => JSON.stringify({ ...JSON.parse(receipt), pending }));
    expect(report && outcomes(report)).toEqual(['revoke Superseded failed']);
    expect(await world.live()).toHaveLength(2);
  });
});

describe('a run with an older manifest', () => {
  it('leaves alone what a newer one issued meanwhile, and revokes it once it was removed', async () => {
    const world = await startWorld({ declarations });
    await world.pass();
    const older = world.set;
    const added = declare({ name: 'ci/new', deliverTo: [destination('b')] });
    const newer = buildSet({ declarations: [...declarations, added] });
    let isFirst = true;
    world.wrap = (provider) => ({
      ...provider,
      listTokens: async (...asked) => {
        if (isFirst) {
          isFirst = false;
          world.set = newer;
          await world.pass();
        }
        return await provider.listTokens(...asked);
      },
    });
    const report = await world.pass();
    expect(outcomes(report)).toEqual([]);
    expect(report.plan.warnings).toEqual([expect.stringContaining('issued while this run was under way')]);
    expect(await world.isServed('b')).toBe(true);
    world.set = older;
    world.advance(minute);
    expect(outcomes(await world.pass())).toEqual(['revoke Removed done']);
  });
});

describe('a compromise', () => {
  it('spares what another declaration replaced and promised to keep', async () => {
    const old = declare({ name: 'ci/old', deliverTo: [destination('b')] });
    const world = await startWorld({ declarations: [...declarations, old] });
    await world.pass();
    const kept = world.receipt('b')?.current?.id ?? '';
    const renamed = declare({ name: 'ci/other', deliverTo: [destination('b')] });
    world.set = buildSet({ declarations: [...declarations, renamed] });
    expect(outcomes(await world.pass())).toEqual(['rotate Renamed done']);
    // Whoever may write a destination can write this.
    const place = world.place('a');
    const forged = { id: kept, generation: 1, revokeNotBefore: '2026-01-01T00:00:00.000Z', overlap: '1m' };
    place.receipt = JSON.stringify({ ...JSON.parse(place.receipt ?? ''), previous: [forged] });
    const { rotation } = declare();
    const leaked = declare({
      deliverTo: [destination('a')],
      rotation: { ...rotation, compromised: 'INC-1' },
    });
    world.set = buildSet({ declarations: [leaked, renamed] });
    expect(outcomes(await world.pass())).toEqual(['rotate Compromised done']);
    expect(await world.live()).toContain(kept);
  });

  it('spares what another declaration serves, under a former name of it too', async () => {
    const old = declare({ name: 'ci/old', deliverTo: [destination('b')] });
    const world = await startWorld({ declarations: [...declarations, old] });
    await world.pass();
    const served = world.receipt('b')?.current?.id ?? '';
    const place = world.place('a');
    const forged = { id: served, generation: 1, revokeNotBefore: '2026-01-01T00:00:00.000Z', overlap: '1m' };
    place.receipt = JSON.stringify({ ...JSON.parse(place.receipt ?? ''), previous: [forged] });
    const { rotation } = declare();
    const leaked = declare({
      deliverTo: [destination('a')],
      rotation: { ...rotation, compromised: 'INC-1' },
    });
    const renamed = declare({ name: 'ci/other', deliverTo: [destination('b')], suspend: true });
    world.set = buildSet({ declarations: [leaked, renamed] });
    expect(outcomes(await world.pass())).toEqual(['rotate Compromised done']);
    expect(await world.isServed('b')).toBe(true);
  });

  it('is not handled by mending a receipt while it awaits its approval', async () => {
    const deliverTo = [destination('a'), destination('b')];
    const world = await startWorld({ declarations: [declare({ deliverTo })] });
    await world.pass();
    const { rotation } = declare();
    const leaked = declare({ deliverTo, rotation: { ...rotation, compromised: 'INC-1' } });
    world.set = buildSet({ declarations: [leaked] });
    world.place('b').receipt = undefined;
    expect(outcomes(await world.pass({ approved: new Set() }))).toContain('mend ReceiptLost done');
    expect(outcomes(await world.pass())).toEqual(['rotate Compromised done']);
  });
});
