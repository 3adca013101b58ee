/** Tells a person of a violation: what broke, the events before it, and the smallest run that shows it. */
import { allFeatures } from './features.ts';
import { formatRun, type Limits } from './options.ts';
import { runSeed } from './run.ts';
import { shrink } from './shrink.ts';
import type { Found } from './totals.ts';

export interface Told extends Found {
  /** What happened last, in plain words. */
  readonly events: readonly string[];
  /** The smallest run found that violates the same invariant. */
  readonly shrunk: {
    readonly features: readonly string[];
    readonly declarations: number;
    readonly passes: number;
    readonly message: string;
    readonly command: string;
  };
}

/** Runs the seed again, and makes it smaller. @throws Error when it does not break again. */
export async function tellViolation(found: Found, limits: Limits): Promise<Told> {
  const { seed } = found;
  const { violation, trace } = await runSeed(seed, limits);
  const shrunk = await shrink(async (fewer) => await runSeed(seed, fewer), limits);
  if (!violation || !shrunk) throw new Error(`seed ${seed} broke ${found.invariant} once and not again`);
  const { outcome } = shrunk;
  return {
    seed,
    ...violation,
    events: trace,
    shrunk: {
      features: allFeatures.filter((feature) => outcome.rates[feature] > 0),
      declarations: outcome.declarations,
      passes: outcome.passes,
      message: outcome.violation?.message ?? '',
      command: `${formatRun(seed, shrunk.limits)} --trace`,
    },
  };
}

export function formatViolation({ seed, invariant, message, events, shrunk }: Told): string {
  const { features, declarations, passes } = shrunk;
  const size = [
    `${declarations} ${declarations === 1 ? 'declaration' : 'declarations'}`,
    `${passes} ${passes === 1 ? 'pass' : 'passes'}`,
    features.length === 0 ? 'no features' : `features ${features.join(' ')}`,
  ];
  return [
    `SEED ${seed} VIOLATES ${invariant}: ${message}`,
    `The last ${events.length} events:`,
    ...events.map((event) => `  ${event}`),
    `Shrunk to ${size.join(', ')}: ${shrunk.message}`,
    `  ${shrunk.command}`,
  ].join('\n');
}
