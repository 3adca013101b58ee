/**
 * The few operations on files that the destination is made of: read without following a link, stage a new
 * file beside the old one, put it in place, and make folders. Knows nothing of receipts, formats or locks.
 * A staged file is private from its first byte and on disk before it gets its name.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, failed, readFailure, type Subject, unless } from './failure.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const largestBytes = 1024 * 1024;
const leftover = /^\.[0-9a-f]{12}\.keyturn-(?:tmp|claim)$/;

/** Twelve hexadecimal characters, fresh on every call. */
export function freshId(): string {
  return randomBytes(6).toString('hex');
}

/**
 * The bytes of a regular file; undefined when there is none. Never follows a link in the last place and never
 * waits for a pipe. Synchronous, because a plan reads thousands of small files and an asynchronous read costs
 * ten times as much; whoever reads many gives way in between.
 */
export function readRegular(subject: Subject, failure: 'refused' | 'unknown'): Buffer | undefined {
  const { path } = subject;
  try {
    const file = openToRead(path);
    if (file === undefined) return undefined;
    try {
      const status = fstatSync(file);
      const problem = status.isFile()
        ? status.size > largestBytes && 'it is over 1 MiB'
        : 'it is not a regular file';
      if (!problem) return readBytes(file, status.size);
      throw failed(subject, failure, `"${path}" cannot be read: ${problem}. Correct the path.`);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw readFailure(subject, failure, error);
  }
}

/** Up to the size that was seen; a file that shrank since then gives fewer. */
function readBytes(file: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let length = 0;
  for (let read = -1; read !== 0 && length < size; length += read)
    read = readSync(file, bytes, { offset: length });
  return bytes.subarray(0, length);
}

function openToRead(path: string): number | undefined {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes a new file beside `beside`, mode 0600 whatever the umask, and syncs it. On failure nothing is left.
 * @returns its path, for `putInPlace` or `discard`.
 */
export async function stage(beside: string, bytes: Buffer): Promise<string> {
  // The name starts with the target's, so that `<target>*` in .gitignore covers what a crash leaves behind.
  const path = `${beside}.${freshId()}.keyturn-tmp`;
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await using handle = file;
    await handle.chmod(0o600);
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    await discard(path);
    throw error;
  }
  return path;
}

/**
 * Gives a staged file its name and makes that last. The old file stays whole until the new one is in place.
 */
export async function putInPlace(staged: string, target: string): Promise<void> {
  await rename(staged, target);
  await syncFolder(dirname(target));
}

/** Removes a file and makes that last; not there is success. */
export async function remove(path: string): Promise<void> {
  await unless('ENOENT', () => unlink(path));
  await syncFolder(dirname(path));
}

/** Removes a file that no one needs, whatever comes of it. */
export async function discard(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

/** Removes what a crashed process staged beside `path`. Only for the holder of its lock. */
export async function discardLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const name = basename(path);
  for (const entry of await readdir(folder)) {
    if (entry.startsWith(name) && leftover.test(entry.slice(name.length))) await discard(join(folder, entry));
  }
}

/** The folder itself, or the nearest one above it that exists. A file in its place is returned too. */
export async function nearestExisting(folder: string): Promise<string> {
  const found = await unless('ENOENT', () => stat(folder));
  return found !== undefined || dirname(folder) === folder ? folder : await nearestExisting(dirname(folder));
}

/** Makes the folder and what is missing above it, each 0700 whatever the umask. */
export async function makeFolder(folder: string): Promise<void> {
  if ((await nearestExisting(folder)) === folder) return;
  await makeFolder(dirname(folder));
  try {
    await mkdir(folder, 0o700);
    await chmod(folder, 0o700);
  } catch (error) {
    // Another process may have been quicker.
    if ((await nearestExisting(folder)) !== folder) throw error;
  }
  await syncFolder(dirname(folder));
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, O_RDONLY);
  // Some network and FUSE file systems cannot sync a folder; then the rename is as lasting as they make it.
  await unless('EINVAL', () => handle.sync());
}
