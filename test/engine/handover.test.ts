// What people do to manifests and machines: two laptops, renamed, moved, removed, restored. DESIGN 3 and 4.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildSet, day, declare, destination, minute } from '../core/plan/manifest.ts';
import { fileDestination, newFolder, outcomes, readText, startWorld } from './harness.ts';

const rotate = { rotate: new Set(['ci/deploy']) };
const inFile = declare({ deliverTo: [fileDestination('secrets/deploy')] });
const later = 16 * minute;

describe('a file destination', () => {
  it('is not issued anew on a second laptop with the same manifest', async () => {
    const world = await startWorld({ declarations: [inFile] });
    await world.pass();
    const first = world.machine;
    world.machine = newFolder();
    const report = await world.pass();
    expect(outcomes(report)).toEqual([]);
    expect(report.plan.refusals).toMatchObject([{ rule: 'LedgerElsewhere', waiver: 'reissue' }]);
    expect(await world.live()).toHaveLength(1);
    world.machine = first;
    expect(await world.isLive(readText(world, 'secrets/deploy'))).toBe(true);
  });

  it('is issued anew there once that is acknowledged; the first laptop then learns of it', async () => {
    const world = await startWorld({ declarations: [inFile] });
    await world.pass();
    const first = world.machine;
    world.machine = newFolder();
    world.advance(later);
    expect(outcomes(await world.pass({ acknowledge: new Set(['reissue']) }))).toEqual([
      'rotate Missing done',
    ]);
    expect(await world.isLive(readText(world, 'secrets/deploy'))).toBe(true);
    world.machine = first;
    expect(await world.isLive(readText(world, 'secrets/deploy'))).toBe(true);
    expect((await world.pass()).plan.refusals).toMatchObject([{ rule: 'LedgerElsewhere' }]);
  });

  it('restored from a backup is refused while a newer token of it lives', async () => {
    const world = await startWorld({ declarations: [inFile] });
    await world.pass();
    const backup = newFolder();
    cpSync(world.machine, backup, { recursive: true });
    await world.pass(rotate);
    rmSync(join(world.machine, 'secrets'), { recursive: true });
    cpSync(backup, world.machine, { recursive: true });
    world.advance(later);
    expect((await world.pass()).plan.refusals).toMatchObject([{ rule: 'LedgerElsewhere' }]);
    const waived = await world.pass({ acknowledge: new Set(['reissue']) });
    expect(outcomes(waived)).toEqual(['drain Orphaned done']);
    expect(await world.isLive(readText(world, 'secrets/deploy'))).toBe(true);
  });

  it('whose receipt was lost is mended from its value', async () => {
    const world = await startWorld({ declarations: [inFile] });
    await world.pass();
    rmSync(join(world.machine, 'secrets/deploy.receipt.json'));
    expect(outcomes(await world.pass())).toEqual(['mend ReceiptLost done']);
    expect(outcomes(await world.pass())).toEqual([]);
    expect(await world.live()).toHaveLength(1);
  });

  it('keeps serving when the whole folder moves', async () => {
    const world = await startWorld({ declarations: [inFile] });
    await world.pass();
    const moved = newFolder();
    cpSync(world.machine, moved, { recursive: true });
    world.machine = moved;
    expect(outcomes(await world.pass())).toEqual([]);
  });
});

describe('a declaration', () => {
  it('that is renamed gets its own token and retires the old one, which never dies early', async () => {
    const world = await startWorld();
    await world.pass();
    const old = world.place('a').value ?? '';
    world.set = { ...world.set, declarations: [declare({ name: 'ci/release' })] };
    expect(outcomes(await world.pass())).toEqual(['rotate Renamed done']);
    expect(await world.isLive(old)).toBe(true);
    world.advance(2 * day);
    expect(outcomes(await world.pass())).toEqual(['revoke Superseded done']);
    expect(await world.live()).toEqual([world.receipt('a')?.current?.id]);
    expect(outcomes(await world.pass())).toEqual([]);
  });

  it('that moves to another set of the run keeps its token', async () => {
    const world = await startWorld();
    await world.pass();
    const formerOwners = [{ ownerId: 'payments-k3x9ab', name: 'payments' }];
    world.set = { ...world.set, declarations: [] };
    world.others = [buildSet({ set: { name: 'billing', ownerId: 'billing-000000', formerOwners } })];
    const reports = await world.passAll();
    expect(reports.map(outcomes)).toEqual([[], ['mend HandedOver done']]);
    expect(await world.isServed('a')).toBe(true);
    world.advance(80 * day);
    expect((await world.passAll()).map(outcomes)).toEqual([[], ['rotate RotationDue done']]);
    world.advance(2 * day);
    expect((await world.passAll()).map(outcomes)).toEqual([[], ['revoke Superseded done']]);
    const [, billing] = await world.passAll();
    expect(billing?.plan.warnings.join()).toContain('its entry can go');
  });

  it('that moves in a run of its own is left alone by the giving set', async () => {
    const world = await startWorld();
    await world.pass();
    world.set = { ...world.set, declarations: [declare({ state: 'Moved' })] };
    expect(outcomes(await world.pass())).toEqual([]);
    expect(await world.isServed('a')).toBe(true);
  });

  it('that exchanges its only destination is issued anew there, and the old value is left', async () => {
    const world = await startWorld();
    await world.pass();
    world.set = { ...world.set, declarations: [declare({ deliverTo: [destination('b')] })] };
    const report = await world.pass();
    expect(outcomes(report)).toEqual(['rotate DestinationMissing done']);
    expect(await world.isServed('a')).toBe(true);
    expect(await world.isServed('b')).toBe(true);
  });

  it('that loses a destination has its value withdrawn there and nowhere else', async () => {
    const world = await startWorld({
      declarations: [declare({ deliverTo: [destination('a'), destination('b')] })],
    });
    await world.pass();
    world.set = { ...world.set, declarations: [declare()] };
    expect(outcomes(await world.pass())).toEqual(['withdraw Withdrawn done']);
    expect(world.place('b')).toMatchObject({ value: undefined, receipt: undefined });
    expect(await world.isServed('a')).toBe(true);
    expect(outcomes(await world.pass())).toEqual([]);
  });

  it('that gains a destination has its token delivered there, not replaced', async () => {
    const world = await startWorld();
    await world.pass();
    world.set = {
      ...world.set,
      declarations: [declare({ deliverTo: [destination('a'), destination('b')] })],
    };
    expect(outcomes(await world.pass())).toEqual(['deliver DestinationMissing done']);
    expect(world.place('b').value).toBe(world.place('a').value);
    expect(world.receipt('a')?.destinations).toEqual(['kubernetesSecret/a', 'kubernetesSecret/b']);
    expect(outcomes(await world.pass())).toEqual([]);
  });
});

describe('an application user', () => {
  it('that left the manifest loses its tokens, and stays', async () => {
    const world = await startWorld();
    await world.pass();
    world.set = { ...world.set, users: [], declarations: [] };
    // What was issued within a second or two could be another run's (docs/adr/0016).
    world.advance(minute);
    expect(outcomes(await world.pass())).toEqual(['revoke Removed done']);
    expect(await world.live()).toEqual([]);
  });

  it('that is absent loses tokens and values, then goes', async () => {
    const world = await startWorld();
    await world.pass();
    world.set = buildSet({ users: [{ state: 'Absent' }] });
    expect(outcomes(await world.pass())).toEqual([
      'removeUser Absent done',
      'withdraw Absent done',
      'revoke Absent done',
    ]);
    expect(world.place('a').value).toBeUndefined();
    expect((await world.aiven.provider.listUsers(AbortSignal.timeout(9_000))).users).toEqual([]);
  });
});

describe('another organization', () => {
  it('is refused for destinations that hold tokens of the first', async () => {
    const world = await startWorld();
    await world.pass();
    const answer = await world.aiven.control('organizations', { name: 'Second' });
    const organizationId = String(answer['organizationId'] ?? answer['organization_id']);
    const other = world.aiven.as({ organizationId });
    world.wrap = () => other;
    const report = await world.pass();
    expect(outcomes(report)).toEqual([]);
    expect(report.plan.changes).toMatchObject([{ kind: 'keep', reason: 'ProviderChanged' }]);
    expect(await world.live()).toHaveLength(1);
  });
});
