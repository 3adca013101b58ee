/** What many seeds add up to. Sums only, so that it does not matter which worker ran which seed. */
import { addTo, type Coverage, createCoverage } from './coverage.ts';
import type { Outcome } from './run.ts';

/** A seed that broke a promise. */
export interface Found {
  readonly seed: number;
  readonly invariant: string;
  readonly message: string;
}

export interface Totals {
  seeds: number;
  steps: number;
  /** Of all traces together: the same seeds give the same, however they were spread over threads. */
  fingerprint: number;
  readonly coverage: Coverage;
  readonly found: Found[];
}

export function createTotals(): Totals {
  return { seeds: 0, steps: 0, fingerprint: 0, coverage: createCoverage(), found: [] };
}

export function addTotals(total: Totals, part: Totals): void {
  total.seeds += part.seeds;
  total.steps += part.steps;
  total.fingerprint = (total.fingerprint + part.fingerprint) >>> 0;
  addTo(total.coverage, part.coverage.counts);
  total.found.push(...part.found);
}

/** Adds one life. */
export function noteSeed(total: Totals, { seed, steps, coverage, violation, fingerprint }: Outcome): void {
  total.seeds++;
  total.steps += steps;
  // Which seed it was counts as well: two lives that changed places are another run.
  total.fingerprint = (total.fingerprint + Math.imul(fingerprint, 2 * seed + 1)) >>> 0;
  addTo(total.coverage, coverage);
  if (violation) total.found.push({ seed, ...violation });
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
