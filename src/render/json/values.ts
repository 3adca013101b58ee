/** How single values are written in JSON output. */

/** RFC 3339 in UTC; the planner's due times hold fractions of milliseconds, which are cut. */
export function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function formatMaybeTime(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : formatTime(timeMs);
}

export function orNull<T>(value: T | undefined): T | null {
  return value === undefined ? null : value;
}
