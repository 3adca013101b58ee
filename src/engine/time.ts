/**
 * The time that receipts are dated with (docs/adr/0022). The provider's time is carried on by a clock that
 * may stand still while a machine sleeps, and what is dated too early shortens an overlap by the whole sleep.
 */
import { ProviderError } from '../core/errors.ts';
import type { Run } from './run.ts';
import { disagree, startClocks } from './stopwatch.ts';
import type { Work } from './work.ts';

/** What the clocks of the machine have counted since the provider was asked last. */
export interface Timekeeper {
  read: ReturnType<typeof startClocks>;
}

/** Begins with the pass: whatever the provider says before that is not carried on. */
export function startTimekeeper({ runtime }: Run): Timekeeper {
  return { read: startClocks(runtime) };
}

/**
 * The provider's time for a date in a receipt, in milliseconds. Where the clocks of the machine disagree, the
 * provider is asked once more; where it does not answer, the date is rather too late than too early.
 */
export async function timeToRecord({ entry, run, timekeeper }: Work): Promise<number> {
  const { provider } = entry;
  const clocks = timekeeper.read();
  if (!disagree(clocks)) return provider.now();
  const read = startClocks(run.runtime);
  try {
    await provider.me(run.signal);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return provider.now() + Math.max(0, clocks.byWall - clocks.byMonotonic);
  }
  timekeeper.read = read;
  return provider.now();
}
