/**
 * SIGINT and SIGTERM. Before anything is being changed the first one ends the process. While applying, it
 * lets the changes in flight finish and begins no other; a second one ends the process at once, and the
 * next run heals.
 */
import type { Context } from './context.ts';
import { exitCodes } from './errors.ts';

export interface Interruption {
  /** Aborts everything at once. */
  readonly signal: AbortSignal;
  /** Aborted when no further change may begin. */
  readonly stop: AbortSignal;
  /** From here on something may be in flight that must not be cut off. */
  beginApplying(): void;
  /** Stops listening. */
  end(): void;
}

export function listenForInterrupts(context: Context): Interruption {
  const everything = new AbortController();
  const further = new AbortController();
  let applying = false;
  const end = context.onInterrupt(() => {
    if (further.signal.aborted) {
      context.stderr.write('Stopped at once. The next run puts right what was in flight.\n');
      return context.exitNow(exitCodes.interrupted);
    }
    further.abort();
    if (!applying) {
      everything.abort();
      context.stderr.write('\nInterrupted; nothing was changed.\n');
      return context.exitNow(exitCodes.interrupted);
    }
    context.stderr.write(
      'Stopping: what is in flight is finished first. Press Ctrl-C again to stop at once.\n',
    );
  });
  return {
    signal: everything.signal,
    stop: further.signal,
    beginApplying: () => {
      applying = true;
    },
    end,
  };
}
