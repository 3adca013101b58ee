/**
 * Keeps the writes of one token apart as GitHub asks: one at a time, and about one a second where there are
 * many (docs.github.com, best practices for the REST API). Reads are not held up. Repeats nothing.
 */
import type { SystemRuntime } from '../net/runtime.ts';

export interface Pace {
  /** Runs `write` after every write that was begun before it, a pause included. */
  write<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

const pauseMs = 1_000;
/** So many writes go without a pause, so that a small run does not wait for a rule about many. */
const unpaced = 10;

export function createPace(runtime: Pick<SystemRuntime, 'monotonicMs' | 'sleep'>): Pace {
  let last: Promise<unknown> = Promise.resolve();
  // A bucket: each write takes one, and one comes back with every pause.
  let left = unpaced;
  let filledMs = runtime.monotonicMs();
  const refill = () => {
    const nowMs = runtime.monotonicMs();
    left = Math.min(unpaced, left + (nowMs - filledMs) / pauseMs);
    filledMs = nowMs;
  };
  return {
    write: async (write, signal) => {
      const turn = last.then(async () => {
        refill();
        if (left < 1) await runtime.sleep((1 - left) * pauseMs, signal);
        refill();
        left -= 1;
        return await write();
      });
      last = turn.catch(() => undefined);
      return await turn;
    },
  };
}
