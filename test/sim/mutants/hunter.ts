/** Runs a hunt in a process of its own, because a mutant may well never end or take its process with it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Catch } from './hunt.ts';

const run = promisify(execFile);
/** A single seed takes milliseconds; one that takes this long never ends. */
const graceMs = 60_000;

export interface Range {
  readonly from: number;
  readonly to: number;
  /** At most so long. */
  readonly seconds: number;
  readonly skipped: readonly number[];
}

/** A mutant that cannot even be run proves nothing. */
export type Hunted = Catch | { readonly kind: 'error'; readonly message: string };

/** Hunts in the copy that lies in `folder`. */
export async function hunt(folder: string, { from, to, seconds, skipped }: Range): Promise<Hunted> {
  const child = join(folder, 'test/sim/mutants/hunt.ts');
  const args = [child, from, to, seconds, skipped.join()].map(String);
  const running = run(process.execPath, args, { timeout: seconds * 1_000 + graceMs });
  const stop = (): boolean => running.child.kill();
  process.once('exit', stop);
  try {
    return JSON.parse((await running).stdout) as Catch;
  } catch (error) {
    const { killed, stderr } = error as { readonly killed?: boolean; readonly stderr?: string };
    const message = killed ? `a seed never ended` : (stderr ?? String(error)).slice(-1_000);
    return { kind: 'error', message };
  } finally {
    process.off('exit', stop);
  }
}

/** What a range of seeds comes to where nothing is broken. */
export interface Trial {
  /** How many seeds were run. */
  readonly seeds: number;
  /** Those that broke a promise all the same; at most one for each process unless all were asked for. */
  readonly guilty: readonly { readonly seed: number; readonly what: string }[];
}

/**
 * Runs a range in several processes at once.
 *
 * @param all to the end, not only to the first that breaks a promise.
 * @throws Error when it cannot be run.
 */
export async function tryRange(
  folder: string,
  range: Omit<Range, 'skipped'>,
  { processes, all }: { readonly processes: number; readonly all: boolean },
): Promise<Trial> {
  const share = Math.ceil((range.to - range.from + 1) / processes);
  const parts = await Promise.all(
    Array.from({ length: processes }, async (_, rank) => {
      const from = range.from + rank * share;
      const to = Math.min(range.to, from + share - 1);
      return await tryPart(folder, { ...range, from, to }, all);
    }),
  );
  return {
    seeds: parts.reduce((sum, { seeds }) => sum + seeds, 0),
    guilty: parts.flatMap(({ guilty }) => guilty),
  };
}

async function tryPart(folder: string, range: Omit<Range, 'skipped'>, all: boolean): Promise<Trial> {
  const guilty: { seed: number; what: string }[] = [];
  let next = range.from;
  for (;;) {
    const hunted = await hunt(folder, { ...range, from: next, skipped: [] });
    if (hunted.kind === 'error') throw new Error(hunted.message);
    next = hunted.last + 1;
    if (hunted.kind === 'caught')
      guilty.push({ seed: hunted.last, what: `${hunted.invariant}: ${hunted.message}` });
    if (hunted.kind === 'clean' || !all || next > range.to)
      return { seeds: hunted.last - range.from + 1, guilty };
  }
}
