/** How long something took, on a machine that may sleep and whose clock may be set. */
import type { Runtime } from './ports.ts';

/** Measures by the slower of two clocks, so that a suspended machine counts too. Milliseconds. */
export function startStopwatch(runtime: Runtime): () => number {
  const [monotonic, wall] = [runtime.monotonicMs(), runtime.wallMs()];
  return () => Math.max(runtime.monotonicMs() - monotonic, runtime.wallMs() - wall);
}
