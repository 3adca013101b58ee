/** How long something took, on a machine that may sleep and whose clock may be set. */
import type { Runtime } from './ports.ts';

/** How far two clocks that run may get apart meanwhile: they are slewed, and read one by one. */
const clocksApartMs = 1_000;

/** Two clocks, read since a moment in the past. Milliseconds. */
export interface Clocks {
  readonly byMonotonic: number;
  readonly byWall: number;
}

/** What the two clocks of the machine have counted from now on. */
export function startClocks(runtime: Runtime): () => Clocks {
  const [monotonic, wall] = [runtime.monotonicMs(), runtime.wallMs()];
  return () => ({ byMonotonic: runtime.monotonicMs() - monotonic, byWall: runtime.wallMs() - wall });
}

/** Whether one was set, or stood still: how long it took nobody can tell, for both may have happened. */
export function disagree({ byMonotonic, byWall }: Clocks): boolean {
  return Math.abs(byMonotonic - byWall) > clocksApartMs;
}

/** Measures by the slower of two clocks, so that a suspended machine counts too. Milliseconds. */
export function startStopwatch(runtime: Runtime): () => number {
  const read = startClocks(runtime);
  return () => {
    const { byMonotonic, byWall } = read();
    return Math.max(byMonotonic, byWall);
  };
}

/** The same, but undefined where the two clocks disagree. */
export function startCheckedStopwatch(runtime: Runtime): () => number | undefined {
  const read = startClocks(runtime);
  return () => {
    const clocks = read();
    return disagree(clocks) ? undefined : Math.max(clocks.byMonotonic, clocks.byWall);
  };
}
