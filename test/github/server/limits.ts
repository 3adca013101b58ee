// GitHub's own limits, so that a client that ignores them is seen: the hourly one of a token, and the
// secondary one on how many writes come within a minute (docs.github.com, rate limits for the REST API).
import type { Answer } from './answer.ts';
import { primaryLimit, secondaryLimit } from './faults.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const mostWrites = 80;
const mostRequests = 5_000;

export interface Limits {
  /** Counts a request. @returns a refusal when there were too many */
  count(token: string, isWrite: boolean): Answer | undefined;
  headers(token: string): Readonly<Record<string, string>>;
}

export function createLimits(now: () => number): Limits {
  const used = new Map<string, number>();
  const writes = new Map<string, number[]>();
  const startMs = now();
  const resetMs = () => startMs + hourMs * (1 + Math.floor((now() - startMs) / hourMs));
  return {
    count: (token, isWrite) => {
      const count = (used.get(token) ?? 0) + 1;
      used.set(token, count);
      if (count > mostRequests) return primaryLimit(resetMs());
      if (!isWrite) return undefined;
      const lately = (writes.get(token) ?? []).filter((ms) => ms > now() - minuteMs);
      writes.set(token, [...lately, now()]);
      return lately.length >= mostWrites ? secondaryLimit(60) : undefined;
    },
    headers: (token) => {
      const count = used.get(token) ?? 0;
      return {
        'x-ratelimit-limit': String(mostRequests),
        'x-ratelimit-remaining': String(Math.max(0, mostRequests - count)),
        'x-ratelimit-used': String(count),
        'x-ratelimit-reset': String(Math.ceil(resetMs() / 1000)),
        'x-ratelimit-resource': 'core',
      };
    },
  };
}
