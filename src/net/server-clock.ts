/**
 * The time of a server, told by the `Date` headers of its answers and carried on by a clock that cannot be
 * set. The wall clock of this machine plays no part.
 */

export interface ServerClock {
  /** Takes the `Date` header of an answer that just came; anything else is ignored. */
  hear(date: string | string[] | undefined): void;
  /** Milliseconds since the epoch, never less than before; undefined until a `Date` was heard. */
  now(): number | undefined;
}

/**
 * A `Date` header is cut to whole seconds and was written before it arrived, so each one is a lower bound of
 * the server's time. The highest of these bounds is the best estimate: late by up to a second and the way of
 * the answer, never early, which errs on the side of revoking later.
 */
export function createServerClock(monotonicMs: () => number): ServerClock {
  let offsetMs: number | undefined;
  return {
    hear: (date) => {
      const heardMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
      if (Number.isNaN(heardMs)) return;
      offsetMs = Math.max(offsetMs ?? Number.NEGATIVE_INFINITY, heardMs - monotonicMs());
    },
    now: () => (offsetMs === undefined ? undefined : Math.floor(offsetMs + monotonicMs())),
  };
}
