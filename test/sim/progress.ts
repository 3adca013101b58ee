/**
 * Tells on stderr how far a run is: one line that is kept up to date on a terminal, a line now and then
 * elsewhere.
 */
import type { Options } from './options.ts';
import { figuresOf, type Totals } from './totals.ts';

const terminalPauseMs = 100;
const plainPauseMs = 10_000;

export interface Progress {
  readonly tell: (totals: Totals) => void;
  /** Leaves a terminal as it was. */
  readonly end: () => void;
}

export function createProgress({ end }: Options, out: NodeJS.WriteStream = process.stderr): Progress {
  const startedAt = performance.now();
  let toldAt = startedAt;
  const tell = (totals: Totals): void => {
    const now = performance.now();
    if (now - toldAt < (out.isTTY ? terminalPauseMs : plainPauseMs)) return;
    toldAt = now;
    const seconds = (now - startedAt) / 1_000;
    const { crashes, rotations, revokes } = figuresOf(totals);
    const aim = end.kind === 'seeds' ? ` of ${end.seeds}` : ` in ${seconds.toFixed(0)} s`;
    const words = [
      `${totals.seeds}${aim} seeds, ${(totals.seeds / seconds).toFixed(0)}/s`,
      `${crashes} crashes, ${rotations} rotations, ${revokes} revokes`,
      `${totals.found.length} violations`,
    ];
    const text = words.join('; ');
    out.write(out.isTTY ? `\r\x1b[2K${text.slice(0, Math.max(20, out.columns - 1))}` : `${text}\n`);
  };
  return {
    tell,
    end: () => {
      if (out.isTTY) out.write('\r\x1b[2K');
    },
  };
}
