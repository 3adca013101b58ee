/**
 * The two changes of a file destination, each a compare-and-swap under the lock of the file. Everything
 * that can fail is done before the first rename, so that a full disk changes nothing.
 */
import { assertNever } from '../../core/errors.ts';
import { formatReceipt, type Receipt } from '../../core/receipt.ts';
import type { SecretValue } from '../../core/secret.ts';
import { discard, discardLeftovers, makeFolder, putInPlace, remove, stage } from './disk.ts';
import { failed, writeFailure } from './failure.ts';
import type { Content } from './formats/format.ts';
import type { GitStatus } from './git.ts';
import { withLock } from './lock.ts';
import { type Place, type Snapshot, takeSnapshot, versionOf } from './state.ts';

interface Waiting {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** One step of a change: a file to put in place, or to remove when `bytes` is undefined. */
interface Step {
  readonly target: string;
  readonly bytes: Buffer | undefined;
}

/** @see Destination.write */
export async function write(
  place: Place,
  next: { readonly version: string; readonly receipt: Receipt; readonly value?: SecretValue },
  options: Waiting & { readonly git: GitStatus },
): Promise<string> {
  refuseTracked(place, options.git);
  const value = next.value?.reveal();
  const objection = value === undefined ? undefined : place.format.objection(value);
  if (objection !== undefined) {
    throw failed(place, 'refused', `"${place.path}" was not written: ${objection}.`);
  }
  const receipt = Buffer.from(`${formatReceipt(next.receipt)}\n`);
  try {
    await makeFolder(place.folder);
  } catch (error) {
    throw writeFailure(place, 'refused', error);
  }
  return await withLock(
    place,
    async () => {
      const { content } = await expectVersion(place, next.version);
      const steps: Step[] = [{ target: place.receiptPath, bytes: receipt }];
      if (value !== undefined) steps.unshift({ target: place.path, bytes: edited(place, content, value) });
      await change(place, steps);
      return versionOf(receipt, value === undefined ? content.value : Buffer.from(value));
    },
    options,
  );
}

/** @see Destination.withdraw */
export async function withdraw(
  place: Place,
  what: { readonly version: string; readonly keepValue: boolean },
  options: Waiting,
): Promise<void> {
  const { receiptBytes, content } = takeSnapshot(place, 'refused');
  if (receiptBytes === undefined && (what.keepValue || content.value === undefined)) return;
  await withLock(
    place,
    async () => {
      const held = await expectVersion(place, what.version);
      const steps: Step[] = [{ target: place.receiptPath, bytes: undefined }];
      if (held.content.value !== undefined && !what.keepValue) {
        steps.unshift({ target: place.path, bytes: held.content.remove() });
      }
      await change(place, steps);
    },
    options,
  );
}

/** @throws DeliveryError `refused` when git tracks the file or its receipt. */
export function refuseTracked(place: Place, git: GitStatus): void {
  switch (git.kind) {
    case 'tracked':
      throw failed(
        place,
        'refused',
        `"${place.path}" was not written: git tracks ` +
          git.paths.map((path) => `"${path}"`).join(' and ') +
          ' in its folder. Run `git rm --cached` on it, add it to .gitignore, ' +
          'and take what it held for public.',
      );
    case 'outside':
    case 'exposed':
    case 'ignored':
    case 'unknown':
      return;
    default:
      assertNever(git);
  }
}

async function expectVersion(place: Place, version: string): Promise<Snapshot> {
  const snapshot = takeSnapshot(place, 'refused');
  if (snapshot.version === version) return snapshot;
  const message = `"${place.path}" was not written: it or its receipt changed since it was read. Run again.`;
  throw failed(place, 'conflict', message);
}

function edited(place: Place, content: Content, value: string): Buffer {
  const bytes = content.set(value);
  const read = place.format.parse(bytes);
  if (read.kind === 'content' && read.value?.equals(Buffer.from(value))) return bytes;
  // Such as a quote that an earlier line opens and this value would close, for its readers as for us.
  const why =
    'its other content keeps the new value from being read back. Look for a quote that is not closed';
  throw failed(place, 'refused', `"${place.path}" was not written: ${why}.`);
}

/** Stages every new file, then takes the steps in order. */
async function change(place: Place, steps: readonly Step[]): Promise<void> {
  const staged = new Map<string, string>();
  let failure: 'refused' | 'unknown' = 'refused';
  try {
    await discardLeftovers(place.path);
    for (const { target, bytes } of steps) {
      if (bytes !== undefined) staged.set(target, await stage(place.path, bytes));
    }
    failure = 'unknown';
    for (const { target } of steps) {
      const path = staged.get(target);
      await (path === undefined ? remove(target) : putInPlace(path, target));
    }
  } catch (error) {
    await Promise.all([...staged.values()].map(discard));
    throw writeFailure(place, failure, error);
  }
}
