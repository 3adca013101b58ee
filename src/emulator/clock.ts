// The virtual clock every emulated time comes from: `Date` headers, expiry, lags, rate-limit windows. It
// runs with the machine's clock unless frozen, and is moved forward by tests. Response delays are real time
// and not its business.

export interface ClockOptions {
  /**
   * Where virtual time starts: milliseconds since 1970 or an RFC 3339 string. Default: the machine's time.
   */
  readonly start?: number | string;
  /** A frozen clock moves only by `advance`. Default false. */
  readonly frozen?: boolean;
}

export interface ClockSnapshot {
  readonly offsetMs: number;
  /** The virtual time it stands at; null while it runs. */
  readonly frozenAtMs: number | null;
}

export interface Clock {
  /** Virtual milliseconds since 1970. */
  readonly now: () => number;
  /** Moves virtual time by `ms`, which may not be negative: issued tokens never get younger. */
  readonly advance: (ms: number) => void;
  readonly freeze: () => void;
  readonly resume: () => void;
  readonly snapshot: () => ClockSnapshot;
}

/**
 * Makes the clock; `saved` (of a state file) wins over `options`, so that time never goes back over a
 * restart.
 */
export function createClock(options: ClockOptions = {}, saved?: ClockSnapshot): Clock {
  let { offsetMs, frozenAtMs } = saved ?? fromOptions(options);
  const now = (): number => frozenAtMs ?? Date.now() + offsetMs;
  return {
    now,
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError(`the virtual clock only moves forward, not by ${ms} ms`);
      offsetMs += ms;
      if (frozenAtMs !== null) frozenAtMs += ms;
    },
    freeze: () => {
      frozenAtMs = now();
    },
    resume: () => {
      if (frozenAtMs !== null) offsetMs = frozenAtMs - Date.now();
      frozenAtMs = null;
    },
    snapshot: () => ({ offsetMs, frozenAtMs }),
  };
}

function fromOptions({ start, frozen = false }: ClockOptions): ClockSnapshot {
  const machineMs = Date.now();
  const startMs = start === undefined ? machineMs : new Date(start).getTime();
  if (Number.isNaN(startMs)) throw new RangeError(`"${start}" is no time the virtual clock can start at`);
  return { offsetMs: startMs - machineMs, frozenAtMs: frozen ? startMs : null };
}
