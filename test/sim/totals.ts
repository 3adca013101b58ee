/** What many seeds add up to. Sums only, so that it does not matter which worker ran which seed. */
import { addTo, type Coverage, createCoverage } from './coverage.ts';

/** A seed that broke a promise. */
export interface Found {
  readonly seed: number;
  readonly invariant: string;
  readonly message: string;
}

export interface Totals {
  seeds: number;
  steps: number;
  readonly coverage: Coverage;
  readonly found: Found[];
}

export function createTotals(): Totals {
  return { seeds: 0, steps: 0, coverage: createCoverage(), found: [] };
}

export function addTotals(total: Totals, part: Totals): void {
  total.seeds += part.seeds;
  total.steps += part.steps;
  addTo(total.coverage, part.coverage.counts);
  total.found.push(...part.found);
}

/** The figures people ask for first. */
export interface Figures {
  readonly passes: number;
  readonly crashes: number;
  readonly freezes: number;
  readonly issues: number;
  readonly rotations: number;
  readonly revokes: number;
}

export function figuresOf({ coverage: { counts } }: Totals): Figures {
  const countOf = (what: string): number => counts.get(what) ?? 0;
  const crashes = [...counts].filter(([what]) => what.startsWith('crash: '));
  return {
    passes: countOf('passes'),
    crashes: crashes.reduce((sum, [, times]) => sum + times, 0),
    freezes: countOf('fault: freeze'),
    issues: countOf('tokens issued'),
    rotations: countOf('rotate: done'),
    revokes: countOf('tokens revoked'),
  };
}
