/** How long something took, on a machine that may sleep and whose clock may be set. */
import type { Runtime } from './ports.ts';

/** How far two clocks that run may get apart meanwhile: they are slewed, and read one by one. */
const clocksApartMs = 1_000;

/**
 * The same, but undefined where the two clocks disagree: one was set, or stood still, and how long it took
 * nobody can tell, for both may have happened.
 */
export function startCheckedStopwatch(runtime: Runtime): () => number | undefined {
  const [monotonic, wall] = [runtime.monotonicMs(), runtime.wallMs()];
  return () => {
    const [byMonotonic, byWall] = [runtime.monotonicMs() - monotonic, runtime.wallMs() - wall];
    return Math.abs(byMonotonic - byWall) > clocksApartMs ? undefined : Math.max(byMonotonic, byWall);
  };
}

/** Measures by the slower of two clocks, so that a suspended machine counts too. Milliseconds. */
export function startStopwatch(runtime: Runtime): () => number {
  const [monotonic, wall] = [runtime.monotonicMs(), runtime.wallMs()];
  return () => Math.max(runtime.monotonicMs() - monotonic, runtime.wallMs() - wall);
}
