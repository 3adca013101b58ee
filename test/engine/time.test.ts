// The dates in receipts, on a machine that slept since the provider was heard last.
import { describe, expect, it } from '@jest/globals';
import { ProviderError } from '../../src/core/errors.ts';
import { noteAnswers, startTimekeeper, timeToRecord } from '../../src/engine/time.ts';
import type { Work } from '../../src/engine/work.ts';

const second = 1_000;
const hour = 3_600 * second;

/** A provider that is heard when it is asked, and a machine of which one clock can stand still. */
function machine() {
  const state = {
    provider: 10 * hour,
    monotonic: 0,
    wall: 50 * hour,
    heardAt: 10 * hour,
    asked: 0,
    dead: false,
    /** Happens while an answer is on its way. */
    drowsy: (): void => undefined,
  };
  const runtime = { monotonicMs: () => state.monotonic, wallMs: () => state.wall };
  const me = async () => {
    state.asked++;
    if (state.dead) throw new ProviderError('no answer', 'unreachable');
    state.heardAt = state.provider - state.monotonic;
    const { drowsy } = state;
    state.drowsy = () => undefined;
    drowsy();
  };
  const provider = { now: () => state.heardAt + state.monotonic, me };
  const run = { runtime };
  const work = { run, entry: { provider }, timekeeper: startTimekeeper(run as never) } as unknown as Work;
  const pass = (ms: number): void => {
    for (const clock of ['provider', 'monotonic', 'wall'] as const) state[clock] += ms;
  };
  const sleep = (ms: number): void => {
    for (const clock of ['provider', 'wall'] as const) state[clock] += ms;
  };
  return { state, work, pass, sleep };
}

describe('the time for a receipt', () => {
  it("is the provider's as it was heard, while the machine is awake", async () => {
    const { state, work, pass } = machine();
    pass(5 * second);
    expect(await timeToRecord(work)).toBe(10 * hour + 5 * second);
    expect(state.asked).toBe(0);
  });

  it('is asked for once after the machine slept', async () => {
    const { state, work, pass, sleep } = machine();
    sleep(2 * hour);
    expect(await timeToRecord(work)).toBe(12 * hour);
    pass(second);
    expect(await timeToRecord(work)).toBe(12 * hour + second);
    expect(state.asked).toBe(1);
  });

  it('is asked for again where the machine fell asleep over the answer', async () => {
    const { state, work, sleep } = machine();
    sleep(hour);
    state.drowsy = () => sleep(2 * hour);
    expect(await timeToRecord(work)).toBe(13 * hour);
    expect(state.asked).toBe(2);
  });

  it('is asked for where the answers of the observation were read long after they were written', async () => {
    const { state, work, pass } = machine();
    pass(hour);
    state.heardAt -= hour;
    noteAnswers(work.timekeeper);
    expect(await timeToRecord(work)).toBe(11 * hour);
    expect(await timeToRecord(work)).toBe(11 * hour);
    expect(state.asked).toBe(1);
  });

  it('is rather too late than too early where the provider does not answer', async () => {
    const { state, work, sleep } = machine();
    sleep(2 * hour);
    state.dead = true;
    expect(await timeToRecord(work)).toBe(12 * hour);
    state.wall -= 30 * hour;
    expect(await timeToRecord(work)).toBe(10 * hour);
    state.dead = false;
    expect(await timeToRecord(work)).toBe(12 * hour);
  });
});
