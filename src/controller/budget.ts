/**
 * How many requests a minute a provider is asked: what is not used up is saved for a minute at most. Where it
 * is short, what is due goes before what only looks.
 */
import type { Runtime } from '../engine/ports.ts';

export interface Budget {
  /** Waits for a request's turn; of those who wait the lowest rank goes first. Resolves when aborted, too. */
  take(rank: number, signal: AbortSignal): Promise<void>;
  /** Requests that wait. */
  waiting(): number;
}

interface Waiting {
  readonly rank: number;
  readonly proceed: () => void;
}

/** @param perMinute Infinity: there is no limit */
export function createBudget(perMinute: number, runtime: Pick<Runtime, 'monotonicMs' | 'sleep'>): Budget {
  let saved = perMinute;
  let countedAtMs = runtime.monotonicMs();
  const queue: Waiting[] = [];
  let serving = false;
  const count = (): void => {
    const nowMs = runtime.monotonicMs();
    saved = Math.min(perMinute, saved + ((nowMs - countedAtMs) * perMinute) / 60_000);
    countedAtMs = nowMs;
  };
  const serve = async (signal: AbortSignal): Promise<void> => {
    serving = true;
    while (queue.length > 0 && !signal.aborted) {
      count();
      if (saved >= 1) {
        saved -= 1;
        queue.shift()?.proceed();
      } else await runtime.sleep(Math.ceil(((1 - saved) * 60_000) / perMinute), signal);
    }
    serving = false;
    // Whoever is left belongs to what ends.
    if (signal.aborted) for (const { proceed } of queue.splice(0)) proceed();
  };
  return {
    take: async (rank, signal) => {
      if (perMinute === Number.POSITIVE_INFINITY || signal.aborted) return;
      await new Promise<void>((proceed) => {
        const at = queue.findIndex((other) => other.rank > rank);
        queue.splice(at === -1 ? queue.length : at, 0, { rank, proceed });
        if (!serving) void serve(signal);
      });
    },
    waiting: () => queue.length,
  };
}
