/**
 * The time that receipts are dated with (docs/adr/0022). The provider's time is carried on by a clock that
 * may stand still while a machine sleeps, and what is dated too early shortens an overlap by the whole sleep.
 */
import { ProviderError } from '../core/errors.ts';
import type { Provider } from './ports.ts';
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

/** A machine that falls asleep again while it asks is asked no more than this often. */
const mostQuestions = 3;

/**
 * The provider's time for a date in a receipt, in milliseconds. Where the clocks of the machine disagree, the
 * provider is asked once more; where it does not answer, the date is rather too late than too early.
 */
export async function timeToRecord({ entry, run, timekeeper }: Work): Promise<number> {
  const { provider } = entry;
  for (let asked = 0; ; asked++) {
    const { byMonotonic, byWall } = timekeeper.read();
    if (!disagree({ byMonotonic, byWall })) return provider.now();
    const read = startClocks(run.runtime);
    const isAnswered = asked < mostQuestions && (await hear(provider, run));
    if (!isAnswered) return provider.now() + Math.max(0, byWall - byMonotonic);
    timekeeper.read = read;
  }
}

/** Any answer of the provider tells its time. */
async function hear(provider: Provider, { signal }: Run): Promise<boolean> {
  try {
    await provider.me(signal);
    return true;
  } catch (error) {
    if (error instanceof ProviderError) return false;
    throw error;
  }
}
