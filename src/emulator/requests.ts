// Counts requests by route and outcome, so that tests can assert what a client really asked. Holds routes
// with placeholders only: a path can contain a whole token value (avn logs out by it).

interface RequestCounts {
  readonly total: number;
  /** "GET /v1/me" → outcome ("200", "dropped") → how often. */
  readonly byRoute: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface RequestCounters {
  /** Counts a request when it arrives, before anything can delay it. */
  readonly arrived: (route: string) => void;
  readonly answered: (route: string, outcome: string) => void;
  readonly counts: () => RequestCounts & { readonly arrived: Readonly<Record<string, number>> };
  readonly reset: () => void;
}

/** Counters at zero. */
export function createRequestCounters(): RequestCounters {
  const arrived = new Map<string, number>();
  const answered = new Map<string, Map<string, number>>();
  return {
    arrived: (route) => void arrived.set(route, (arrived.get(route) ?? 0) + 1),
    answered: (route, outcome) => {
      const outcomes = answered.get(route) ?? new Map<string, number>();
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      answered.set(route, outcomes);
    },
    counts: () => ({
      total: [...arrived.values()].reduce((sum, count) => sum + count, 0),
      arrived: Object.fromEntries(arrived),
      byRoute: Object.fromEntries(
        [...answered].map(([route, counts]) => [route, Object.fromEntries(counts)]),
      ),
    }),
    reset: () => {
      arrived.clear();
      answered.clear();
    },
  };
}
