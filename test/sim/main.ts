/**
 * `npm run sim -- …`: runs seeds on every core, adds up what happened, and tells of violations. What a single
 * seed does is `run.ts`; this file only chooses, waits and prints.
 */
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { formatCoverage, reportCoverage } from './coverage-report.ts';
import { runSeeds } from './crew.ts';
import { formatRun, type Options, parseOptions, UsageError, usage } from './options.ts';
import { createProgress } from './progress.ts';
import { runSeed } from './run.ts';
import { groupByInvariant, judge, summarize } from './summary.ts';
import { figuresOf, type Totals } from './totals.ts';
import { formatViolation, type Told, tellViolation } from './violation-report.ts';

const largestRandomSeed = 2 ** 31;

try {
  const options = parseOptions(process.argv.slice(2), () => randomInt(1, largestRandomSeed));
  process.exitCode = options.trace ? await trace(options) : await runAll(options);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else console.error(error);
  process.exitCode = 2;
}

/** Everything that happens in one seed. */
async function trace({ from, limits }: Options): Promise<number> {
  const outcome = await runSeed(from, { ...limits, wholeTrace: true });
  const { violation, steps, declarations, passes } = outcome;
  console.log(outcome.trace.join('\n'));
  console.log(`${steps} steps, ${declarations} declarations to begin with, ${passes} passes with faults`);
  console.log(violation ? `VIOLATES ${violation.invariant}: ${violation.message}` : 'violates nothing');
  return violation ? 1 : 0;
}

async function runAll(options: Options): Promise<number> {
  const { limits, from } = options;
  if (options.fresh) console.error(`fresh seeds, from ${from} on`);
  const progress = createProgress(options);
  const startedAt = performance.now();
  const totals = await runSeeds(options, progress.tell);
  const seconds = (performance.now() - startedAt) / 1_000;
  progress.end();
  const told: Told[] = [];
  for (const [first] of groupByInvariant(totals.found).values()) {
    if (!first) continue;
    console.error(`making seed ${first.seed} smaller, which violates ${first.invariant}`);
    told.push(await tellViolation(first, limits));
  }
  const complaints = judge(totals, limits);
  for (const violation of told) console.log(`${formatViolation(violation)}\n`);
  if (options.coverage) console.log(`${formatCoverage(reportCoverage(totals.coverage.counts))}\n`);
  console.log(summarize(totals, seconds));
  console.log(`again with: ${repeat(options, totals)}`);
  for (const complaint of complaints) console.log(`FAILED: ${complaint}`);
  if (options.json !== undefined) writeJson(options.json, { options, totals, seconds, told, complaints });
  return totals.found.length + complaints.length === 0 ? 0 : 1;
}

function repeat({ from, limits }: Options, { seeds }: Totals): string {
  const one = formatRun(from, limits);
  return seeds === 1 ? one : one.replace(/--seed \d+/, `--from ${from} --seeds ${seeds}`);
}

function writeJson(
  path: string,
  run: {
    readonly options: Options;
    readonly totals: Totals;
    readonly seconds: number;
    readonly told: readonly Told[];
    readonly complaints: readonly string[];
  },
): void {
  const { options, totals, seconds, told, complaints } = run;
  const { groups, zeros, unlisted } = reportCoverage(totals.coverage.counts);
  const { seeds, steps, found } = totals;
  const figures = {
    command: repeat(options, totals),
    from: options.from,
    workers: options.workers,
    node: process.version,
    seconds: Math.round(seconds * 10) / 10,
    seedsPerSecond: Math.round(seeds / seconds),
    stepsPerSecond: Math.round(steps / seconds),
    totals: { seeds, steps, ...figuresOf(totals), violations: found.length },
    coverage: Object.fromEntries([...groups].map(([heading, group]) => [heading, Object.fromEntries(group)])),
    zeros,
    unlisted,
    complaints,
    violations: found,
    told,
  };
  writeFileSync(path, `${JSON.stringify(figures, null, 2)}\n`);
}
