/** The server's time, carried by its `Date` headers and a monotonic clock. */
import { describe, expect, it } from '@jest/globals';
import { createServerClock } from '../../src/net/server-clock.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const dateOf = (ms: number) => new Date(ms).toUTCString();

describe('the time of a server', () => {
  it('is unknown until it was heard', () => {
    const clock = createServerClock(() => 0);
    clock.hear(undefined);
    clock.hear('no date');
    expect(clock.now()).toBeUndefined();
  });

  it('goes on between answers', () => {
    let monotonicMs = 5000;
    const clock = createServerClock(() => monotonicMs);
    clock.hear(dateOf(noon));
    monotonicMs += 1234.5;
    expect(clock.now()).toBe(noon + 1234);
  });

  it('never goes back when a later answer was cut to the same second or came late', () => {
    let monotonicMs = 0;
    const clock = createServerClock(() => monotonicMs);
    clock.hear(dateOf(noon));
    monotonicMs += 900;
    clock.hear(dateOf(noon));
    expect(clock.now()).toBe(noon + 900);
    clock.hear(dateOf(noon - 60_000));
    expect(clock.now()).toBe(noon + 900);
  });

  it('follows a server that is ahead of it', () => {
    let monotonicMs = 0;
    const clock = createServerClock(() => monotonicMs);
    clock.hear(dateOf(noon));
    monotonicMs += 500;
    clock.hear(dateOf(noon + 3 * 3_600_000));
    expect(clock.now()).toBe(noon + 3 * 3_600_000);
  });
});
