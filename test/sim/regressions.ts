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

export const regressions: readonly Regression[] = [
  {
    seed: 4_932,
    was: 'An edited receipt had a token revoked that another set of the run had just promised an overlap.',
  },
  {
    seed: 1_031_185_519,
    was: 'A hand-over took a destination along that by then was another declaration of the former owner.',
  },
  {
    seed: 77_379,
    was: 'An application user was removed, with the token that the same run had just issued for it.',
  },
  {
    seed: 48_882,
    was: 'A declaration that ended took away what a person had written where another had left its token.',
  },
  {
    seed: 39_784,
    was: 'A destination needed no approval, because its receipt bore a former name of somebody else.',
  },
];
