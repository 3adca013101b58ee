/** What `npm run mutants -- …` is asked for. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { mutants } from './list.ts';
import type { Mutant } from './mutant.ts';

export interface Options {
  readonly mutants: readonly Mutant[];
  /** Seeds from 1 up to this are tried on each. */
  readonly seeds: number;
  /** Longest hunt for one mutant. */
  readonly seconds: number;
  /** Go on although the simulator finds something wrong where nothing was broken. */
  readonly lenient: boolean;
  readonly json: string | undefined;
  readonly workers: number;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm run mutants -- [OPTION…]
  --seeds N       try at most N seeds on each mutant (default 20000)
  --minutes M     and at most M minutes (default 10)
  --only A,B      these mutants only
  --lenient       go on although the unbroken code violates something, and leave those seeds out
  --json FILE     write what came of it to a file
  --workers N     processes at once (default: one per core)
  --list          name the mutants and what each breaks
Ends with 1 when a mutant survives, is stale or cannot be run, with 2 when it could not begin.`;

/** @throws UsageError. Undefined when only the list is wanted. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const values = readArguments(args);
  if (values.list) return undefined;
  return {
    mutants: choose(values.only),
    seeds: positive('seeds', values.seeds ?? '20000'),
    seconds: 60 * positive('minutes', values.minutes ?? '10'),
    lenient: values.lenient,
    json: values.json,
    workers: positive('workers', values.workers ?? String(availableParallelism())),
  };
}

function readArguments(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    seeds: text,
    minutes: text,
    only: text,
    json: text,
    workers: text,
    lenient: flag,
    list: flag,
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function choose(only: string | undefined): readonly Mutant[] {
  if (only === undefined) return mutants;
  return only.split(',').map((name) => {
    const mutant = mutants.find((candidate) => candidate.name === name);
    if (mutant === undefined) throw new UsageError(`--only: there is no mutant "${name}"`);
    return mutant;
  });
}

function positive(name: string, text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new UsageError(`--${name} takes a whole number from 1 on, not "${text}"`);
}
