// How long something took, on a machine that sleeps and whose clock is set.
import { describe, expect, it } from '@jest/globals';
import { startCheckedStopwatch, startStopwatch } from '../../src/engine/stopwatch.ts';

const second = 1_000;
const hour = 3_600 * second;

function machine() {
  const clocks = { monotonic: 5 * hour, wall: 9 * hour };
  const runtime = {
    monotonicMs: () => clocks.monotonic,
    wallMs: () => clocks.wall,
    sleep: async () => undefined,
    nonce: () => 'aaaaaa',
  };
  const pass = (monotonic: number, wall: number): void => {
    clocks.monotonic += monotonic;
    clocks.wall += wall;
  };
  return { runtime, pass };
}

describe('a stopwatch', () => {
  it('counts what the clock shows that went on', () => {
    const { runtime, pass } = machine();
    const elapsedMs = startStopwatch(runtime);
    pass(second, hour);
    expect(elapsedMs()).toBe(hour);
  });

  it('tells nothing where the two clocks disagree: whoever slept may have had his clock set back', () => {
    const { runtime, pass } = machine();
    const elapsedMs = startCheckedStopwatch(runtime);
    pass(hour, hour + 900);
    expect(elapsedMs()).toBe(hour + 900);
    pass(second, 3 * second);
    expect(elapsedMs()).toBeUndefined();
  });
});
