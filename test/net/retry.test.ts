/** Sending again: which failures, how often, how long, and what is said when it is not enough. */
import { describe, expect, it } from '@jest/globals';
import { ProviderError, type ProviderFailure } from '../../src/core/errors.ts';
import { onlyRateLimited, readRetryAfter, repeatable, retry } from '../../src/net/retry.ts';

/** A runtime whose sleeps pass at once, and are noted. */
function virtualRuntime(onSleep: () => void = () => undefined) {
  let nowMs = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    monotonicMs: () => nowMs,
    sleep: async (ms: number) => {
      sleeps.push(ms);
      nowMs += ms;
      onSleep();
    },
  };
}

const forever = new AbortController().signal;

function failing(failure: ProviderFailure, times: number, detail: { readonly retryAfterMs?: number } = {}) {
  let tries = 0;
  return {
    get tries() {
      return tries;
    },
    attempt: async () => {
      tries += 1;
      if (tries <= times) throw new ProviderError('aiven: it failed.', failure, { status: 429, ...detail });
      return 'done';
    },
  };
}

describe('a request that may be repeated', () => {
  it.each<ProviderFailure>(['rateLimited', 'unreachable', 'ambiguous'])(
    'goes again when it was %s',
    async (failure) => {
      const request = failing(failure, 5);
      const runtime = virtualRuntime();
      await expect(retry(request.attempt, repeatable, { runtime, signal: forever })).resolves.toBe('done');
      expect(request.tries).toBe(6);
    },
  );

  it.each<ProviderFailure>(['credential', 'refused', 'missing'])(
    'does not go again when it was %s',
    async (failure) => {
      const request = failing(failure, 1);
      const answer = retry(request.attempt, repeatable, { runtime: virtualRuntime(), signal: forever });
      await expect(answer).rejects.toMatchObject({ failure });
      expect(request.tries).toBe(1);
    },
  );

  it('gives up after six tries with what the last one said', async () => {
    const request = failing('ambiguous', 99);
    const answer = retry(request.attempt, repeatable, { runtime: virtualRuntime(), signal: forever });
    await expect(answer).rejects.toThrow('aiven: it failed.');
    expect(request.tries).toBe(6);
  });

  it('waits with full jitter under a ceiling that doubles', async () => {
    const highest = virtualRuntime();
    const lowest = virtualRuntime();
    const options = { signal: forever };
    await retry(failing('ambiguous', 5).attempt, repeatable, {
      ...options,
      runtime: highest,
      random: () => 1,
    });
    await retry(failing('ambiguous', 5).attempt, repeatable, {
      ...options,
      runtime: lowest,
      random: () => 0,
    });
    expect(highest.sleeps).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(lowest.sleeps).toEqual([0, 0, 0, 0, 0]);
  });

  it('outlasts a rate-limit window of 60 s, and never comes before it ends', async () => {
    const runtime = virtualRuntime();
    const request = failing('rateLimited', 1, { retryAfterMs: 60_000 });
    await expect(retry(request.attempt, repeatable, { runtime, signal: forever })).resolves.toBe('done');
    expect(runtime.sleeps[0]).toBeGreaterThanOrEqual(60_000);
  });

  it('says how long the service asks to wait when that is past its deadline, and does not wait', async () => {
    const runtime = virtualRuntime();
    const request = failing('rateLimited', 1, { retryAfterMs: 3_600_000 });
    const answer = retry(request.attempt, repeatable, { runtime, signal: forever });
    await expect(answer).rejects.toThrow(
      'aiven: it failed. The service asks to wait 3600s, which is past the 90s',
    );
    await expect(answer).rejects.toMatchObject({
      failure: 'rateLimited',
      status: 429,
      retryAfterMs: 3_600_000,
    });
    expect(runtime.sleeps).toEqual([]);
  });

  it('stops at once when it is aborted while it waits', async () => {
    const abort = new AbortController();
    const request = failing('ambiguous', 99);
    const runtime = virtualRuntime(() => abort.abort());
    await expect(retry(request.attempt, repeatable, { runtime, signal: abort.signal })).rejects.toThrow(
      ProviderError,
    );
    expect(request.tries).toBe(1);
  });

  it('lets other errors pass as they are', async () => {
    const bug = new TypeError('a bug');
    const attempt = async () => {
      throw bug;
    };
    await expect(retry(attempt, repeatable, { runtime: virtualRuntime(), signal: forever })).rejects.toBe(
      bug,
    );
  });
});

describe('a create', () => {
  it('goes again only after a 429', async () => {
    const limited = failing('rateLimited', 1);
    const runtime = virtualRuntime();
    await expect(retry(limited.attempt, onlyRateLimited, { runtime, signal: forever })).resolves.toBe('done');
    for (const failure of ['ambiguous', 'unreachable'] as const) {
      const lost = failing(failure, 1);
      await expect(retry(lost.attempt, onlyRateLimited, { runtime, signal: forever })).rejects.toThrow(
        ProviderError,
      );
      expect(lost.tries).toBe(1);
    }
  });
});

describe('Retry-After', () => {
  it.each([
    [{ 'retry-after': '28' }, 28_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT', date: 'Sun, 22 Nov 2026 12:00:00 GMT' }, 30_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT', date: 'Sun, 22 Nov 2026 12:00:00 GMT' }, 0],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j is %p ms', (headers, ms) => {
    expect(readRetryAfter(headers)).toBe(ms);
  });
});
