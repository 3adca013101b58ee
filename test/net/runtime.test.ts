/** The real clocks, waiting and chance. */
import { describe, expect, it } from '@jest/globals';
import type { Runtime } from '../../src/engine/ports.ts';
import { systemRuntime } from '../../src/net/runtime.ts';

const runtime: Runtime = systemRuntime();

describe('the system runtime', () => {
  it('makes nonces of six base32 characters that differ', () => {
    const nonces = Array.from({ length: 200 }, () => runtime.nonce());
    expect(nonces.filter((nonce) => !/^[a-z2-7]{6}$/.test(nonce))).toEqual([]);
    expect(new Set(nonces).size).toBeGreaterThan(195);
    // Every character occurs: 1200 draws of 32 miss one of them once in 10^15 runs.
    expect(new Set(nonces.join('')).size).toBe(32);
  });

  it('wakes from a sleep of months when it is aborted', async () => {
    const abort = new AbortController();
    const slept = runtime.sleep(100 * 86_400_000, abort.signal);
    abort.abort();
    await expect(slept).resolves.toBeUndefined();
  });

  it('does not sleep at all once aborted', async () => {
    await expect(runtime.sleep(100 * 86_400_000, AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('sleeps as long as told', async () => {
    const startMs = runtime.monotonicMs();
    await runtime.sleep(20, new AbortController().signal);
    // Node's timers count whole milliseconds.
    expect(runtime.monotonicMs() - startMs).toBeGreaterThanOrEqual(19);
  });
});
