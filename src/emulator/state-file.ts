// Keeps the emulator's memory in a file over restarts: written to a temporary file, flushed and renamed, so
// that a killed emulator leaves the old or the new state. What is in it is the services' business; token
// values never are.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ClockSnapshot } from './clock.ts';
import { EmulatorOptionError } from './option-error.ts';

const VERSION = 2;

export interface SavedState {
  readonly version: typeof VERSION;
  readonly clock: ClockSnapshot;
  /** What each service remembers, by its name. */
  readonly services: Readonly<Record<string, unknown>>;
}

/** As it was while there was one service only. */
interface FirstState {
  readonly version: 1;
  readonly clock: ClockSnapshot;
  readonly service: unknown;
}

/**
 * Reads the state saved at `path`; undefined if there is none yet.
 * @throws EmulatorOptionError if the file is not a state of this emulator
 */
export function loadState(path: string): SavedState | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  try {
    const saved = JSON.parse(text) as SavedState | FirstState;
    if (saved.version === VERSION) return saved;
    if (saved.version === 1)
      return { version: VERSION, clock: saved.clock, services: { aiven: saved.service } };
  } catch {
    // Falls through to the same answer: neither kind of file is one to overwrite.
  }
  throw new EmulatorOptionError(
    `"${path}" is no state of this emulator. Name another file, or delete it to start anew.`,
  );
}

/** Replaces the state at `path` as a whole, readable by its owner only. */
export function saveState(path: string, state: Omit<SavedState, 'version'>): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(file, JSON.stringify({ version: VERSION, ...state }));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
