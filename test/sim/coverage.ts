/**
 * How often each reason, crash point and way of recovery was reached. What the simulation never reaches it
 * cannot have proved, so none may be zero.
 */

export interface Coverage {
  readonly counts: Map<string, number>;
}

export function createCoverage(): Coverage {
  return { counts: new Map() };
}

export function count({ counts }: Coverage, what: string, times = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + times);
}

export function addTo(total: Coverage, counts: Iterable<readonly [string, number]>): void {
  for (const [what, times] of counts) count(total, what, times);
}
