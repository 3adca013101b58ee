// The rate limit: so many requests per token in a fixed window of virtual time that starts with its first
// request.
import { type ApiError, rateLimited } from './errors.ts';
import type { World } from './world.ts';

const DEFAULT_WINDOW_SECONDS = 60;

interface Window {
  readonly startMs: number;
  count: number;
}

export interface RateLimiter {
  /** Counts a request of `key`; throws the 429 once the window is full. */
  readonly check: (world: World, key: string) => void;
}

export function createRateLimiter(): RateLimiter {
  const windows = new Map<string, Window>();
  return {
    check: (world, key) => {
      if (world.toggles.rateLimit === 'off') return;
      const { limit, windowMs } = readLimit(world);
      const nowMs = world.clock.now();
      const open = windows.get(key);
      const window = open && nowMs < open.startMs + windowMs ? open : { startMs: nowMs, count: 0 };
      windows.set(key, window);
      window.count += 1;
      if (window.count <= limit) return;
      throw limitExceeded(world, Math.ceil((window.startMs + windowMs - nowMs) / 1000));
    },
  };
}

/** The 429 of a full window, or of an injected fault. */
export function limitExceeded(world: World, seconds: number): ApiError {
  const limit = world.toggles.rateLimit === 'off' ? 120 : readLimit(world).limit;
  return rateLimited(limit, Math.max(1, seconds), { header: world.toggles.retryAfterHeader === 'seconds' });
}

function readLimit({ toggles }: World): { readonly limit: number; readonly windowMs: number } {
  const [limit, seconds = DEFAULT_WINDOW_SECONDS] = toggles.rateLimit.split('/').map(Number);
  return { limit: limit ?? 0, windowMs: seconds * 1000 };
}
