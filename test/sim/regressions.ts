/**
 * Seeds that broke something once. A seed is only worth its world: as soon as the world draws other numbers,
 * from a new fault say, it tells another story, so each is kept together with what it takes to tell it, and
 * goes when a test of the planner or of the engine holds its lesson better.
 */
import type { Limits } from './options.ts';

export interface Regression extends Partial<Limits> {
  readonly seed: number;
  /** What was wrong, in one sentence. */
  readonly was: string;
}

export const regressions: readonly Regression[] = [];
