/** A world in which nothing goes wrong, for tests that look at a part of it alone. */
import type { Destination } from '../../src/engine/ports.ts';
import { allFeatures } from './features.ts';
import { createWorld } from './run.ts';
import type { World } from './world.ts';

export function createCalmWorld(): World {
  const world = createWorld(1, { without: new Set(allFeatures) });
  world.calm = true;
  return world;
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
