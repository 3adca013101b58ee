// The simulator itself: a seed replays exactly, what once broke holds, and what is counted is on the list.
import { describe, expect, it } from '@jest/globals';
import { reportCoverage } from './coverage-report.ts';
import { addTo, createCoverage } from './coverage.ts';
import { regressions } from './regressions.ts';
import { type Outcome, runSeed } from './run.ts';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

async function runWhole(all: readonly number[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const seed of all) outcomes.push(await runSeed(seed, { wholeTrace: true }));
  return outcomes;
}

describe('a simulated run', () => {
  it('is the same for the same seed, whatever ran before it', async () => {
    const forward = await runWhole(seeds);
    const backward = await runWhole(seeds.toReversed());
    expect(backward.toReversed()).toEqual(forward);
    expect(forward.every(({ trace }) => trace.length > 10)).toBe(true);
  });

  it('is another one for another seed', async () => {
    const [one, two] = await runWhole([1, 2]);
    expect(one?.trace).not.toEqual(two?.trace);
  });

  it('keeps its course when only its last events are remembered', async () => {
    const whole = await runSeed(3, { wholeTrace: true });
    const plain = await runSeed(3);
    expect([plain.steps, plain.coverage]).toEqual([whole.steps, whole.coverage]);
  });

  it('has fewer declarations, passes and features when it is told so', async () => {
    const { rates, declarations, passes } = await runSeed(5, {
      without: new Set(['crash', 'freeze', 'quickRhythm']),
      mostDeclarations: 1,
      mostPasses: 2,
    });
    expect([rates.crash, rates.freeze, declarations, passes]).toEqual([0, 0, 1, 2]);
  });

  it('counts nothing that the list of what must be reached does not know', async () => {
    const total = createCoverage();
    for (const { coverage } of await runWhole(Array.from({ length: 200 }, (_, index) => 100 + index)))
      addTo(total, coverage);
    expect(reportCoverage(total.counts).unlisted).toEqual([]);
  });
});

describe('what once broke', () => {
  it('holds', async () => {
    for (const { seed, was, ...limits } of regressions) {
      const { violation } = await runSeed(seed, limits);
      expect({ seed, was, violation }).toEqual({ seed, was, violation: undefined });
    }
  });
});
