/** A world in which nothing goes wrong, for tests that look at a part of it alone. */
import type { Destination } from '../../src/engine/ports.ts';
import { createCoverage } from './coverage.ts';
import { createStreams } from './dice.ts';
import { createDraft } from './draft.ts';
import { allFeatures, type Rates } from './features.ts';
import { createOrganization } from './organization.ts';
import { createScheduler } from './scheduler.ts';
import { createTrace } from './trace.ts';
import type { World } from './world.ts';

export function createCalmWorld(): World {
  const dice = createStreams(1);
  const scheduler = createScheduler(Date.parse('2026-01-01T00:00:00Z'));
  const rates = Object.fromEntries(allFeatures.map((feature) => [feature, 0])) as Rates;
  return {
    seed: 1,
    scheduler,
    trace: createTrace(() => scheduler.now(), 1),
    coverage: createCoverage(),
    rates,
    organization: createOrganization(),
    draft: createDraft(dice('draft'), 0),
    processes: [],
    places: new Map(),
    dice,
    step: 0,
    calm: true,
    restarts: [],
    liedAt: undefined,
    episode: { credential: 'alive', wrongOrganization: false },
    capabilities: { updateApplication: false, personalTokenQuota: 10 },
    explicitOwner: false,
    approved: 'all',
  };
}

export type Call = <T>(act: () => Promise<T>) => Promise<T>;

export interface Driver {
  /** Makes a call, and lets the world's events happen until its answer is there. */
  readonly call: Call;
  /** What the world itself threw, such as a broken invariant. */
  readonly failures: readonly unknown[];
}

/** Drives the world for as long as any call waits for its answer. */
export function driveWorld({ scheduler }: World): Driver {
  const failures: unknown[] = [];
  let waiting = 0;
  let driving: Promise<void> | undefined;
  const startDriving = async (): Promise<void> => {
    try {
      await scheduler.run(() => waiting === 0);
    } catch (error) {
      failures.push(error);
      throw error;
    } finally {
      driving = undefined;
    }
  };
  const call: Call = async (act) => {
    waiting++;
    try {
      const answer = act();
      driving ??= startDriving();
      // When the world fails no answer will come.
      await Promise.race([answer, driving]);
      return await answer;
    } finally {
      waiting--;
    }
  };
  return { call, failures };
}

/** Makes one call after the other, as a workflow's concurrency group does for a place without a lock. */
export function inTurn(call: Call): Call {
  let last: Promise<unknown> = Promise.resolve();
  return async (act) => {
    const turn = last.then(() => call(act));
    last = turn.catch(() => undefined);
    return await turn;
  };
}

/** The destination, with every call made by `call`. */
export function drive(destination: Destination, call: Call): Destination {
  return {
    ...destination,
    read: (signal) => call(() => destination.read(signal)),
    preflight: (signal) => call(() => destination.preflight(signal)),
    write: (next, signal) => call(() => destination.write(next, signal)),
    withdraw: (what, signal) => call(() => destination.withdraw(what, signal)),
  };
}
