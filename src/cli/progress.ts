/**
 * Progress of a run, for work that takes over a second: one line that is written over on a terminal, a line
 * for each change elsewhere. It goes to stderr, so that it never mixes with an answer.
 */
import type { RunEvent } from '../engine/run.ts';
import type { Context } from './context.ts';

export interface Progress {
  show(event: RunEvent): void;
  /** Takes the line away again. */
  clear(): void;
}

const quietMs = 1_000;
const clearLine = '\r\u001b[K';

export function showProgress({ stderr, runtime }: Pick<Context, 'stderr' | 'runtime'>): Progress {
  const startedAt = runtime.monotonicMs();
  let isShown = false;
  const clear = (): void => {
    if (isShown) stderr.write(clearLine);
    isShown = false;
  };
  return {
    clear,
    show: (event) => {
      if (runtime.monotonicMs() - startedAt < quietMs) return;
      if (stderr.isTerminal) {
        stderr.write(`${clearLine}${describe(event)}`);
        isShown = true;
      } else if (event.kind === 'began') stderr.write(`${describe(event)}\n`);
    },
  };
}

function describe(event: RunEvent): string {
  switch (event.kind) {
    case 'listed':
      return `reading: tokens of ${event.done} of ${event.total} users`;
    case 'began':
      return `${event.set}: ${event.change.kind} ${event.change.subject}`;
    case 'ended':
      return `${event.set}: ${event.entry.change.kind} ${event.entry.change.subject}: ${event.entry.outcome}`;
  }
}
