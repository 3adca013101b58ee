/**
 * A file as a destination: the value at `path` or as one entry of it, the receipt beside it, both mode
 * 0600. Two files cannot change at once, so the value goes first and the engine records `pending` before
 * it.
 *
 * What a crash leaves, `write`: with both new files staged, nothing has changed. Between the two renames,
 * the new value beside the old receipt, whose `pending` tells the engine to wait and then mend. After both,
 * it is done. `withdraw`: between its two steps, the receipt without the value; the next one removes it. In
 * each case the next writer takes the lock over and removes what was staged.
 *
 * Decided here: a file that others may read becomes private with its next value (preflight says so before).
 * Its folder may be reached through links; the file, its receipt and its lock may not be links themselves.
 */
import { dirname, isAbsolute } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { assertNever, InvariantError } from '../../core/errors.ts';
import type { Destination } from '../../engine/ports.ts';
import { type FileRef, receiptPath } from './descriptor.ts';
import { nearestExisting } from './disk.ts';
import { writeFailure } from './failure.ts';
import { dotenv } from './formats/dotenv.ts';
import type { Format } from './formats/format.ts';
import { json } from './formats/json.ts';
import { raw } from './formats/raw.ts';
import { askGit, type GitStatus } from './git.ts';
import { lockOf } from './lock.ts';
import { preflight } from './preflight.ts';
import { type Place, stateOf, takeSnapshot } from './state.ts';
import { withdraw, write } from './write.ts';

const commitDeadlineMs = 120_000;
const defaultLockPatienceMs = 5_000;

/**
 * @param ref with an absolute path.
 * @param options.key as receipts name it.
 * @param options.lockPatienceMs how long a call waits for another writer of the same file.
 */
export function openFile(
  ref: FileRef,
  options: { readonly key: string; readonly lockPatienceMs?: number },
): Destination {
  const { key, lockPatienceMs: patienceMs = defaultLockPatienceMs } = options;
  if (!isAbsolute(ref.path)) throw new InvariantError(`the path of "${key}" is not absolute`);
  const place: Place = {
    key,
    path: ref.path,
    folder: dirname(ref.path),
    receiptPath: receiptPath(ref),
    format: formatOf(ref),
  };
  // Once per run: the answer costs three processes, and nobody starts to track a file while keyturn runs.
  let asked: Promise<GitStatus> | undefined;
  const git = () => {
    asked ??= gitStatusOf(place);
    return asked;
  };
  return {
    key,
    commitDeadlineMs,
    recordsPending: true,
    read: async () => {
      // Reading blocks; between two destinations the answers of the provider get their turn.
      await setImmediate();
      return stateOf(takeSnapshot(place, 'unknown'));
    },
    preflight: async (signal) => await preflight(place, await git(), { patienceMs, signal }),
    write: async (next, signal) => await write(place, next, { git: await git(), patienceMs, signal }),
    withdraw: async (what, signal) => await withdraw(place, what, { patienceMs, signal }),
  };
}

function formatOf({ format, name = '' }: FileRef): Format {
  switch (format) {
    case 'Raw':
      return raw;
    case 'Dotenv':
      return dotenv(name);
    case 'Json':
      return json(name);
    default:
      return assertNever(format);
  }
}

async function gitStatusOf(place: Place): Promise<GitStatus> {
  // A lock does not matter to git; what a crash leaves staged does, and has the path for its start as the
  // lock has.
  const paths = [place.path, place.receiptPath, lockOf(place.path)];
  try {
    return await askGit(await nearestExisting(place.folder), paths);
  } catch (error) {
    throw writeFailure(place, 'refused', error);
  }
}
