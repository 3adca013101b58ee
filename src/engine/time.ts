/**
 * The time that receipts are dated with (docs/adr/0022). The provider's time is carried on by a clock that
 * may stand still while a machine sleeps, and a process may be paused before it reads an answer: what is
 * dated too early shortens an overlap by as much.
 */
import { ProviderError } from '../core/errors.ts';
import type { Provider } from './ports.ts';
import type { Run } from './run.ts';
import { type Clocks, disagree, startClocks } from './stopwatch.ts';
import type { Work } from './work.ts';

/** What is known about how well the provider's time is known. */
export interface Timekeeper {
  /** What the clocks of the machine have counted since the provider was asked. */
  read: ReturnType<typeof startClocks>;
  /** How far behind the time may be because an answer was on its way for so long, in milliseconds. */
  behindMs: number;
}

/** An answer tells when it was written; one that took longer is asked for again. */
const longestWayMs = 30_000;
/** A machine that falls asleep again while it asks is asked no more than this often. */
const mostQuestions = 3;

/** Begins with the pass: whatever the provider says before that is not carried on. */
export function startTimekeeper({ runtime }: Run): Timekeeper {
  return { read: startClocks(runtime), behindMs: 0 };
}

/** Notes that what was asked since the beginning has been answered. */
export function noteAnswers(timekeeper: Timekeeper): void {
  timekeeper.behindMs = wayOf(timekeeper.read());
}

/**
 * The provider's time for a date in a receipt, in milliseconds. Where the clocks of the machine disagree, or
 * where answers took long, the provider is asked once more; where it does not answer, the date is rather too
 * late than too early.
 */
export async function timeToRecord({ entry, run, timekeeper }: Work): Promise<number> {
  const { provider } = entry;
  for (let asked = 0; ; asked++) {
    const clocks = timekeeper.read();
    if (!disagree(clocks) && timekeeper.behindMs === 0) return provider.now();
    const read = startClocks(run.runtime);
    const isAnswered = asked < mostQuestions && (await hear(provider, run));
    const asleepMs = Math.max(0, clocks.byWall - clocks.byMonotonic);
    if (!isAnswered) return provider.now() + asleepMs + timekeeper.behindMs;
    timekeeper.read = read;
    timekeeper.behindMs = wayOf(read());
  }
}

function wayOf({ byMonotonic, byWall }: Clocks): number {
  const wayMs = Math.max(byMonotonic, byWall);
  return wayMs > longestWayMs ? wayMs : 0;
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
