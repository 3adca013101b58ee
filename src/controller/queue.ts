/**
 * The controller's work queue: keys, each worked on by one worker at a time. A key that is added twice is
 * worked on once; one that is added while it is worked on comes again afterwards; one that fails comes
 * again after a while that doubles. Knows nothing of what a key stands for.
 */
import type { Runtime } from '../engine/ports.ts';
import { createSchedule, type Schedule } from './schedule.ts';

export interface QueueOptions {
  readonly runtime: Pick<Runtime, 'monotonicMs' | 'sleep'>;
  /** Keys worked on at once. */
  readonly workers: number;
  /**
   * Works on a key. What it throws backs the key off.
   * @returns after how many milliseconds it comes again by itself; undefined: when it is added
   */
  readonly work: (key: string, signal: AbortSignal) => Promise<number | undefined>;
  /** The first wait after a failure, which doubles with each further one; 1 s unless told. */
  readonly firstWaitMs?: number;
  /** 5 min unless told. */
  readonly longestWaitMs?: number;
  readonly onFailure?: (key: string, error: unknown) => void;
  readonly random?: () => number;
}

export interface WorkQueue extends Pick<Schedule, 'add' | 'depth' | 'lagMs'> {
  /** Forgets when the key would come again, and its failures. Work on it that has begun goes on. */
  forget(key: string): void;
  /** Works until the signal is aborted, then waits for what is in flight. */
  run(signal: AbortSignal): Promise<void>;
}

/** A timer for later is set again; Node's longest is 24 days. */
const longestSleepMs = 60_000;

export function createQueue(options: QueueOptions): WorkQueue {
  const { runtime, workers, random = Math.random } = options;
  const { firstWaitMs = 1000, longestWaitMs = 300_000 } = options;
  const schedule = createSchedule(() => runtime.monotonicMs());
  const running = new Map<string, Promise<void>>();
  const failures = new Map<string, number>();
  let wake = () => {};

  /** A tenth more or less, so that what failed together does not come again together. */
  const waitAfterFailure = (key: string): number => {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    return Math.min(longestWaitMs, firstWaitMs * 2 ** (count - 1)) * (0.9 + 0.2 * random());
  };
  const workOn = async (key: string, signal: AbortSignal): Promise<void> => {
    try {
      const againMs = await options.work(key, signal);
      failures.delete(key);
      // What was asked for goes before what comes round by itself.
      if (againMs !== undefined) schedule.add(key, { afterMs: againMs, rank: 1 });
    } catch (error) {
      options.onFailure?.(key, error);
      schedule.add(key, { afterMs: waitAfterFailure(key), rank: 1 });
    } finally {
      running.delete(key);
      wake();
    }
  };
  /** Until something falls due, is added, or a worker is free. */
  const pause = async (signal: AbortSignal): Promise<void> => {
    const woken = new AbortController();
    wake = () => woken.abort();
    const sleepMs = Math.max(0, Math.min(schedule.nextInMs(), longestSleepMs));
    await runtime.sleep(sleepMs, AbortSignal.any([signal, woken.signal]));
    wake = () => {};
  };
  return {
    add: (key, added) => {
      schedule.add(key, added);
      wake();
    },
    forget: (key) => {
      schedule.forget(key);
      failures.delete(key);
    },
    depth: () => schedule.depth(),
    lagMs: () => schedule.lagMs(),
    run: async (signal) => {
      while (!signal.aborted) {
        for (const key of schedule.take(workers - running.size, running))
          running.set(key, workOn(key, signal));
        await pause(signal);
      }
      await Promise.all(running.values());
    },
  };
}
