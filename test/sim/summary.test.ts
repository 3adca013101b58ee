import { describe, expect, it } from '@jest/globals';
import { count, createCoverage } from './coverage.ts';
import { mustReach } from './coverage-list.ts';
import { formatCoverage, reportCoverage } from './coverage-report.ts';
import { runSeeds } from './crew.ts';
import { parseOptions } from './options.ts';
import { runSeed } from './run.ts';
import { judge } from './summary.ts';
import { createTotals, noteSeed, type Totals } from './totals.ts';

const all = { without: new Set<never>() };
const busy = [
  'crash: create, done',
  'fault: freeze',
  'rotate: done',
  'tokens revoked',
  'tokens issued',
] as const;

/** @param times how often each of them was counted in a life. */
function totalsOf(seeds: number, counted: readonly string[], times = 3): Totals {
  const totals = { ...createTotals(), seeds, steps: 200 * seeds };
  for (const what of counted)
    for (let rank = 0; rank < Math.max(1, times * seeds); rank++) count(totals.coverage, what);
  return totals;
}

describe('the judgement of a run', () => {
  it('is content with one in which everything happened', () => {
    expect(judge(totalsOf(500, busy), all)).toEqual([]);
  });

  it.each(busy)('fails many seeds without "%s"', (missing) => {
    const counted = busy.filter((what) => what !== missing);
    expect(judge(totalsOf(500, counted), all)).toHaveLength(1);
    expect(judge(totalsOf(499, counted), all)).toEqual([]);
  });

  it('fails many seeds in which little happened', () => {
    expect(judge(totalsOf(500, busy, 0.1), all)).toHaveLength(busy.length);
    const idle = { ...totalsOf(500, busy), steps: 500 };
    expect(judge(idle, all)).toEqual(['500 steps in 500 seeds, at least 55000: it did too little']);
  });

  it('fails very many seeds that left something unreached', () => {
    expect(judge(totalsOf(19_999, busy), all)).toEqual([]);
    expect(judge(totalsOf(20_000, busy), all)).toContain('never reached: reason: Fenced');
  });

  it('leaves a run alone that was told to leave something out', () => {
    expect(judge(totalsOf(20_000, []), { without: new Set(['crash']) })).toEqual([]);
  });

  it('fails what is counted under an unknown name', () => {
    expect(judge(totalsOf(1, ['crash: comit, done']), all)).toEqual([
      'counted, but not in coverage-list.ts: crash: comit, done',
    ]);
  });
});

describe('the coverage report', () => {
  it('groups crashes while looking, and keeps those while writing apart', () => {
    const counted = ['crash: read swap, done', 'crash: list users, done', busy[0]];
    const { counts } = totalsOf(1, counted, 1).coverage;
    const crashes = reportCoverage(counts).groups.get('crash');
    expect([crashes?.get('observing, done'), crashes?.get('create, done')]).toEqual([2, 1]);
  });

  it('shows how often promises were excused, without asking for it', () => {
    const report = reportCoverage(totalsOf(1, ['excused: a late write'], 1).coverage.counts);
    expect(report.groups.get('excused')).toEqual(new Map([['a late write', 1]]));
    expect(report.unlisted).toEqual([]);
  });

  it('names zeros loudly, and says so when there are none', () => {
    expect(formatCoverage(reportCoverage(new Map()))).toContain('NEVER REACHED  refusal: own-credential');
    const total = createCoverage();
    for (const [heading, names] of mustReach)
      for (const name of names) {
        // A crash while looking is counted under what was looked at.
        const label = name
          .replace(/^observing/, 'who am I')
          .replace(/^the (look before) a write/, '$1 drain');
        count(total, ['outcome', 'end'].includes(heading) ? name : `${heading}: ${label}`);
      }
    expect(reportCoverage(total.counts)).toMatchObject({ zeros: [], unlisted: [] });
    expect(formatCoverage(reportCoverage(total.counts))).toContain('Everything on the list was reached.');
  });
});

describe('a run over several threads', () => {
  it('comes to the same with one thread as with two', async () => {
    const run = async (workers: number): Promise<Totals> => {
      const options = parseOptions(['--from', '11', '--seeds', '70', '--workers', String(workers)], () => 1);
      return await runSeeds(options, () => undefined);
    };
    const [one, two] = [await run(1), await run(2)];
    expect(two).toEqual(one);
    expect(one.seeds).toBe(70);
  });

  it('lives each seed as this thread does, event by event', async () => {
    const options = parseOptions(['--from', '500', '--seeds', '12', '--workers', '2'], () => 1);
    const { fingerprint } = await runSeeds(options, () => undefined);
    const here = createTotals();
    for (let seed = 500; seed < 512; seed++) noteSeed(here, await runSeed(seed));
    expect(here.fingerprint).toBe(fingerprint);
    const other = createTotals();
    for (let seed = 501; seed < 513; seed++) noteSeed(other, await runSeed(seed));
    expect(other.fingerprint).not.toBe(fingerprint);
  });
});
