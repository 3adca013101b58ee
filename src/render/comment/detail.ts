/** How much of a comment is shown, from everything to totals; the first that fits is used. */

export interface Detail {
  /** Nothing is left out that an approval stands for. */
  readonly isWhole: boolean;
  /** Consequences below each change. */
  readonly notes: boolean;
  /** Names of what stays as it is. */
  readonly unchanged: number;
  /** Rows of each table. */
  readonly rows: number;
  /** Changes that say the same share a row. */
  readonly grouped: boolean;
  /** What finds no row is named, sorted by what is done. */
  readonly named: boolean;
  /** Refusals, warnings, findings and reasons for keeping: each. */
  readonly remarks: number;
}

const all = Number.POSITIVE_INFINITY;

export const details: readonly Detail[] = [
  { isWhole: true, notes: true, unchanged: all, rows: all, grouped: false, named: false, remarks: all },
  { isWhole: true, notes: true, unchanged: 10, rows: all, grouped: false, named: false, remarks: 50 },
  { isWhole: false, notes: false, unchanged: 10, rows: all, grouped: true, named: false, remarks: 50 },
  { isWhole: false, notes: false, unchanged: 0, rows: 50, grouped: true, named: true, remarks: 20 },
  { isWhole: false, notes: false, unchanged: 0, rows: 5, grouped: true, named: false, remarks: 5 },
];
