/**
 * `npm run mutants -- …`: breaks the engine and the planner, one line at a time, and sees whether the
 * simulator notices. One that nobody notices is a hole in it. The code without a mistake goes first: where it
 * is found guilty, nothing that is found in a mutant proves anything.
 */
import { writeFileSync } from 'node:fs';
import pLimit from 'p-limit';
import { type Hunted, hunt, tryRange } from './hunter.ts';
import { mutants as everyMutant } from './list.ts';
import type { Mutant } from './mutant.ts';
import { type Options, parseOptions, UsageError, usage } from './options.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

type Told = Pick<Mutant, 'name' | 'file' | 'breaks'> & { readonly hunted: Hunted };

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));
try {
  const options = parseOptions(process.argv.slice(2));
  if (options) process.exitCode = await run(options);
  else for (const { name, breaks } of everyMutant) console.log(`${name}: ${breaks}`);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else console.error(error);
  process.exitCode = 2;
}

async function run(options: Options): Promise<number> {
  const workshop = await openWorkshop();
  try {
    for (const mutant of options.mutants) await workshop.check(mutant);
    const skipped = await tryControl(workshop, options);
    const limit = pLimit(options.workers);
    const told = await Promise.all(
      options.mutants.map((mutant) =>
        limit(async () => {
          const hunted = await huntOne(workshop, mutant, { ...options, skipped });
          tell(mutant.name, describe(hunted));
          return { name: mutant.name, file: mutant.file, breaks: mutant.breaks, hunted };
        }),
      ),
    );
    const failed = told.filter(({ hunted }) => hunted.kind !== 'caught');
    console.log(`${told.length - failed.length} of ${told.length} mutants were caught`);
    if (options.json !== undefined) writeJson(options, { told, skipped });
    return failed.length === 0 ? 0 : 1;
  } finally {
    await workshop.close();
  }
}

/**
 * Runs the seeds on the code as it is.
 *
 * @returns seeds to leave out, which is none unless it is lenient.
 * @throws Error when a promise is broken where nothing was.
 */
async function tryControl(
  workshop: Workshop,
  { seeds, seconds, lenient, workers }: Options,
): Promise<readonly number[]> {
  const folder = await workshop.build(undefined);
  const range = { from: 1, to: seeds, seconds };
  const { seeds: run, guilty } = await tryRange(folder, range, { processes: workers, all: lenient });
  tell('(nothing broken)', `${guilty.length} seeds of ${run} violate something`);
  for (const { seed, what } of guilty) console.log(`  seed ${seed}, ${what.split('\n')[0]}`);
  if (guilty.length > 0 && !lenient) throw new Error('the unbroken code must violate nothing');
  return guilty.map(({ seed }) => seed);
}

async function huntOne(
  workshop: Workshop,
  mutant: Mutant,
  { seeds, seconds, skipped }: Options & { readonly skipped: readonly number[] },
): Promise<Hunted> {
  try {
    const folder = await workshop.build(mutant);
    if (mutant.seed !== undefined) {
      const known = { from: mutant.seed, to: mutant.seed, seconds, skipped: [] };
      const hunted = await hunt(folder, known);
      if (hunted.kind === 'caught') return hunted;
    }
    return await hunt(folder, { from: 1, to: seeds, seconds, skipped });
  } catch (error) {
    return { kind: 'error', message: error instanceof Error ? error.message : String(error) };
  }
}

function tell(name: string, what: string): void {
  console.log(`${name.padEnd(40)} ${what}`);
}

function describe(hunted: Hunted): string {
  switch (hunted.kind) {
    case 'caught':
      return `${hunted.invariant} in seed ${hunted.last}: ${hunted.message.split('\n')[0]}`;
    case 'clean':
      return `nothing found in ${hunted.last} seeds`;
    case 'error':
      return `ERROR: ${hunted.message}`;
  }
}

function writeJson(
  options: Options,
  { told, skipped }: { readonly told: readonly Told[]; readonly skipped: readonly number[] },
): void {
  const mutants = told.map(({ hunted, ...mutant }) => {
    if (hunted.kind === 'caught') {
      const { invariant, message, last: seeds } = hunted;
      return { ...mutant, result: 'caught', invariant, seeds, message };
    }
    return hunted.kind === 'clean'
      ? { ...mutant, result: 'survived', seeds: hunted.last }
      : { ...mutant, result: 'error', message: hunted.message };
  });
  const { json, seeds } = options;
  const result = {
    command: `npm run mutants -- --seeds ${seeds}`,
    node: process.version,
    seeds,
    skipped,
    mutants,
  };
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
}
