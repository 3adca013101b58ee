/**
 * Everything that would stop a write of this destination, found without touching its files: permission,
 * space for a small file, links, a lock that nobody can judge, content that cannot be edited, git. What
 * would only surprise becomes a warning.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { discard, discardLeftovers, nearestExisting, stage } from './disk.ts';
import { unless, writeFailure } from './failure.ts';
import type { GitStatus } from './git.ts';
import { withLock } from './lock.ts';
import { type Place, takeSnapshot } from './state.ts';
import { refuseTracked } from './write.ts';

const probeBytes = 4_096;
const othersMode = 0o077;

/**
 * @returns warnings; two destinations in one file give the same sentences.
 * @throws DeliveryError `refused`.
 */
export async function preflight(
  place: Place,
  git: GitStatus,
  options: { readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  refuseTracked(place, git);
  try {
    const existing = await nearestExisting(place.folder);
    if (existing !== place.folder) {
      await probe(join(existing, 'keyturn'));
      return gitWarnings(place, git);
    }
    await withLock(
      place,
      async () => {
        await discardLeftovers(place.path);
        takeSnapshot(place, 'refused');
        await probe(place.path);
      },
      options,
    );
    return [...(await modeWarnings(place)), ...gitWarnings(place, git)];
  } catch (error) {
    throw writeFailure(place, 'refused', error);
  }
}

async function probe(beside: string): Promise<void> {
  await discard(await stage(beside, Buffer.alloc(probeBytes)));
}

async function modeWarnings({ path }: Place): Promise<readonly string[]> {
  const mode = (await unless('ENOENT', () => stat(path)))?.mode ?? 0;
  if ((mode & othersMode) === 0) return [];
  const octal = (mode & 0o7777).toString(8).padStart(4, '0');
  return [`"${path}" has mode ${octal}. The next value makes it 0600, for its owner only.`];
}

function gitWarnings({ path }: Place, git: GitStatus): readonly string[] {
  if (git.kind === 'exposed') {
    return [`"${path}" is in a git work tree and not ignored. Add "${git.pattern}" to .gitignore.`];
  }
  if (git.kind !== 'unknown') return [];
  return [`git would not say whether it tracks "${path}". Run \`git status\` in its folder to see why.`];
}
