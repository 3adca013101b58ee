/**
 * How figures are taken: several runs, of which the minimum says what the code costs and the median what one
 * meets on a machine that others use too. A figure never stands alone: it is taken in turns with the floor or
 * peer beside it.
 */

/** Taken one by one, in the order of the runs. */
export type Samples = readonly number[];

export type Unit = 'ms' | 'µs' | 'MiB' | 'requests';

export interface Row {
  readonly what: string;
  readonly unit: Unit;
  readonly samples: Samples;
  /** The least that could do the same, or what is compared with, in the same unit. */
  readonly beside: { readonly what: string; readonly samples: Samples };
  /** What must hold of the minimum, and how it is said. */
  readonly aim?: Aim;
}

export interface Aim {
  readonly text: string;
  readonly holds: boolean;
}

export interface CaseOptions {
  readonly runs: number;
  /** Says what is being done, for whoever waits. */
  readonly say: (text: string) => void;
}

export type Case = (options: CaseOptions) => Promise<readonly Row[]>;

export function minimum(samples: Samples): number {
  return Math.min(...samples);
}

export function median(samples: Samples): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** The minimum must be at most this many units. */
export function atMost(limit: number, samples: Samples, unit: Unit): Aim {
  return { text: `≤ ${limit} ${unit}`, holds: minimum(samples) <= limit };
}

/** The minimum must be at most so many times that of what stands beside it. */
export function atMostTimes(factor: number, samples: Samples, beside: Samples): Aim {
  return { text: `≤ ${factor} ×`, holds: minimum(samples) <= factor * minimum(beside) };
}

/** Runs every measure in turns, so that a busy minute of the machine hits all of them. */
export async function inTurns<Name extends string>(
  runs: number,
  measures: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Readonly<Record<Name, Samples>>> {
  const names = Object.keys(measures) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) taken[name].push(await measures[name]());
  }
  return taken;
}

/** Milliseconds that the work takes. */
export async function time(work: () => unknown): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
