// A plan that was made without receipts is for reading: nothing may act on it.
import { describe, expect, it } from '@jest/globals';
import { InvariantError } from '../../src/core/errors.ts';
import { carryOut, prepare, replan } from '../../src/engine/reconcile.ts';
import type { Run } from '../../src/engine/run.ts';
import { startWorld, type World } from './harness.ts';

/** The run of the world with its receipts out of reach. */
async function withoutReceipts(world: World): Promise<Run> {
  const { run } = await world.plan();
  const assume = { marks: 'own', before: undefined, readable: new Set<string>() } as const;
  return { ...run, open: () => undefined, sets: run.sets.map((entry) => ({ ...entry, assume })) };
}

describe('a plan from marks alone', () => {
  it('is made although no destination can be reached, and is never carried out', async () => {
    const world = await startWorld();
    const pass = await prepare(await withoutReceipts(world));
    expect(pass.sets[0]?.plan.changes.map(({ kind }) => kind)).toEqual(['createUser', 'create']);
    await expect(carryOut(pass)).rejects.toThrow(InvariantError);
    expect(await world.live()).toEqual([]);
  });

  it('is not carried out after planning again, or beside a set that may be', async () => {
    const world = await startWorld();
    const plain = await world.plan();
    const assumed = await prepare(await withoutReceipts(world));
    const again = replan(assumed, ({ entry }) => entry.requests);
    await expect(carryOut(again)).rejects.toThrow(InvariantError);
    await expect(carryOut({ ...plain, sets: [...plain.sets, ...again.sets] })).rejects.toThrow(
      InvariantError,
    );
    expect(await world.live()).toEqual([]);
  });
});

describe('planning again', () => {
  it('uses what was observed, with other requests', async () => {
    const world = await startWorld();
    const nobody = await world.plan({ approved: new Set<string>() });
    const wanted = nobody.sets.flatMap(({ plan }) => plan.changes.flatMap(({ digest }) => digest ?? []));
    const pass = replan(nobody, ({ entry }) => ({ ...entry.requests, approved: new Set(wanted) }));
    const [report] = await carryOut(pass);
    expect(report?.entries.map(({ change, outcome }) => [change.kind, outcome])).toEqual([
      ['createUser', 'done'],
      ['create', 'done'],
    ]);
    expect(await world.live()).toHaveLength(1);
  });
});
