/**
 * Makes a violation smaller: takes features, declarations and passes away, one at a time, for as long as the
 * same invariant is violated. Every purpose has dice of its own, so what is left keeps its course.
 */
import { allFeatures, type Rates } from './features.ts';
import type { Limits } from './options.ts';

/** As much of a run's outcome as shrinking needs. */
export interface Shrinkable {
  readonly violation: { readonly invariant: string } | undefined;
  readonly rates: Rates;
  readonly declarations: number;
  readonly passes: number;
}

export type Rerun<Outcome extends Shrinkable> = (limits: Limits) => Promise<Outcome>;

export interface Shrunk<Outcome extends Shrinkable> {
  readonly limits: Limits;
  readonly outcome: Outcome;
  /** How many runs it took. */
  readonly runs: number;
}

/**
 * @param rerun runs the seed with the given limits.
 * @param limits those under which it was violated.
 * @returns the limits from which nothing more can be taken away; undefined when the seed violates nothing.
 */
export async function shrink<Outcome extends Shrinkable>(
  rerun: Rerun<Outcome>,
  limits: Limits,
): Promise<Shrunk<Outcome> | undefined> {
  let best = { limits, outcome: await rerun(limits), runs: 1 };
  const invariant = best.outcome.violation?.invariant;
  if (invariant === undefined) return undefined;
  let runs = 1;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    // A list that grew stale as `best` shrank would only ask for what is already gone.
    for (const smaller of listSmaller(best)) {
      const candidate = smaller(best.limits);
      if (!candidate) continue;
      const outcome = await rerun(candidate);
      runs++;
      if (outcome.violation?.invariant !== invariant) continue;
      best = { limits: candidate, outcome, runs };
      isSmaller = true;
    }
  }
  return { ...best, runs };
}

type Smaller = (limits: Limits) => Limits | undefined;

/** Ways to take something away from a run: the largest first, since they make the later ones quicker. */
function listSmaller({ outcome }: { readonly outcome: Shrinkable }): readonly Smaller[] {
  const { declarations, passes, rates } = outcome;
  const features = allFeatures.filter((feature) => rates[feature] > 0);
  const half = Math.ceil(features.length / 2);
  return [
    ...numbersBelow(passes).map((mostPasses) => lower('mostPasses', mostPasses)),
    ...numbersBelow(declarations).map((mostDeclarations) => lower('mostDeclarations', mostDeclarations)),
    dropFeatures(features.slice(0, half)),
    dropFeatures(features.slice(half)),
    ...features.map((feature) => dropFeatures([feature])),
  ];
}

function numbersBelow(count: number): readonly number[] {
  return Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 1);
}

function lower(name: 'mostPasses' | 'mostDeclarations', most: number): Smaller {
  return (limits) => ((limits[name] ?? Infinity) <= most ? undefined : { ...limits, [name]: most });
}

function dropFeatures(features: readonly (typeof allFeatures)[number][]): Smaller {
  return (limits) => {
    const without = new Set([...limits.without, ...features]);
    return without.size === limits.without.size ? undefined : { ...limits, without };
  };
}
