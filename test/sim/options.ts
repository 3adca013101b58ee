/** What `npm run sim -- …` is asked for: parsed and checked here, so that nobody else doubts it. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { allFeatures, type Feature } from './features.ts';

/** What a run is told to do without. Handed to a worker, so nothing but data. */
export interface Limits {
  readonly without: ReadonlySet<Feature>;
  readonly mostDeclarations?: number;
  readonly mostPasses?: number;
}

export interface Options {
  readonly from: number;
  readonly end:
    | { readonly kind: 'seeds'; readonly seeds: number }
    | { readonly kind: 'minutes'; readonly minutes: number };
  readonly limits: Limits;
  /** Nobody has run these seeds before. */
  readonly fresh: boolean;
  readonly trace: boolean;
  readonly coverage: boolean;
  readonly json: string | undefined;
  readonly workers: number;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm run sim -- [OPTION…]
  --seeds N           run N seeds (default 1000)
  --from F            the first of them (default 1; with --minutes a random one)
  --fresh             begin at a random seed
  --minutes M         run fresh seeds for M minutes instead
  --seed N            run this one seed; with --trace print everything that happens in it
  --without A,B       switch these features off
  --declarations N    at most N declarations to begin with
  --passes N          at most N passes with faults
  --coverage          print how often each reason, crash point, outcome and way of recovery was reached
  --json FILE         write totals, coverage and violations to a file
  --workers N         threads (default: one per core)
Features: ${allFeatures.join(' ')}
Ends with 1 when an invariant was violated or too little was reached, with 2 when it could not run.`;

/** Seeds below this are told apart by the dice and can be counted on from. */
const largestSeed = 2 ** 40;

/**
 * @param pickSeed a first seed for a run that names none.
 * @throws UsageError
 */
export function parseOptions(args: readonly string[], pickSeed: () => number): Options {
  const values = readArguments(args);
  const count = (name: 'seeds' | 'from' | 'seed' | 'declarations' | 'passes' | 'workers') =>
    parseCount(name, values[name]);
  const alone = ['seeds', 'minutes', 'from'] as const;
  if (values.seed !== undefined && (values.fresh || alone.some((name) => values[name] !== undefined)))
    throw new UsageError('--seed runs one seed: leave out --seeds, --from, --fresh and --minutes');
  if (values.fresh && values.from !== undefined) throw new UsageError('give either --from or --fresh');
  if (values.seeds !== undefined && values.minutes !== undefined)
    throw new UsageError('give either --seeds or --minutes');
  if (values.trace && values.seed === undefined) throw new UsageError('--trace needs --seed N');
  const minutes = parseMinutes(values.minutes);
  const mostDeclarations = count('declarations');
  const mostPasses = count('passes');
  return {
    from: count('seed') ?? count('from') ?? (minutes === undefined && !values.fresh ? 1 : pickSeed()),
    fresh: values.fresh || minutes !== undefined,
    end:
      minutes === undefined
        ? { kind: 'seeds', seeds: values.seed === undefined ? (count('seeds') ?? 1_000) : 1 }
        : { kind: 'minutes', minutes },
    limits: {
      without: parseFeatures(values.without),
      ...(mostDeclarations === undefined ? {} : { mostDeclarations }),
      ...(mostPasses === undefined ? {} : { mostPasses }),
    },
    trace: values.trace,
    coverage: values.coverage,
    json: values.json,
    workers: count('workers') ?? availableParallelism(),
  };
}

/** Whether the run was told to leave something out: then what it does not reach is no weakness of it. */
export function isLimited({ without, mostDeclarations, mostPasses }: Limits): boolean {
  return without.size > 0 || mostDeclarations !== undefined || mostPasses !== undefined;
}

/** The options that repeat one run. */
export function formatRun(seed: number, { without, mostDeclarations, mostPasses }: Limits): string {
  const words = [`--seed ${seed}`];
  if (without.size > 0) words.push(`--without ${[...without].join(',')}`);
  if (mostDeclarations !== undefined) words.push(`--declarations ${mostDeclarations}`);
  if (mostPasses !== undefined) words.push(`--passes ${mostPasses}`);
  return `npm run sim -- ${words.join(' ')}`;
}

function readArguments(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    seeds: text,
    from: text,
    minutes: text,
    seed: text,
    without: text,
    declarations: text,
    passes: text,
    json: text,
    workers: text,
    fresh: flag,
    trace: flag,
    coverage: flag,
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= largestSeed) return count;
  throw new UsageError(`--${name} takes a whole number from 1 on, not "${text}"`);
}

function parseMinutes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const minutes = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (minutes > 0) return minutes;
  throw new UsageError(`--minutes takes a number above 0, not "${text}"`);
}

function parseFeatures(text: string | undefined): ReadonlySet<Feature> {
  const names = text === undefined ? [] : text.split(',');
  return new Set(
    names.map((name) => {
      const feature = allFeatures.find((candidate) => candidate === name);
      if (feature === undefined) throw new UsageError(`--without: there is no feature "${name}"`);
      return feature;
    }),
  );
}
