/** What a run comes to: its figures in a few lines, and whether it proved anything. */
import { reportCoverage } from './coverage-report.ts';
import { isLimited, type Limits } from './options.ts';
import { type Found, figuresOf, type Totals } from './totals.ts';

/** From so many seeds on, a run in which little happened is a broken simulation. */
const enoughToAct = 500;
/** What happens in a life on average; half of it is the least that proves anything. */
const usual = { steps: 220, crashes: 0.9, freezes: 0.6, issues: 4.5, rotations: 1.5, revokes: 1.7 } as const;
/** From so many seeds on, everything on the list must have been reached. */
const enoughToReach = 20_000;
const seedsShown = 8;

export function summarize(totals: Totals, seconds: number): string {
  const { passes, crashes, freezes, issues, rotations, revokes } = figuresOf(totals);
  const rate = (count: number): string => Math.round(count / seconds).toLocaleString('en');
  const show = (count: number): string => count.toLocaleString('en').padStart(14);
  return [
    `seeds    ${show(totals.seeds)}   ${rate(totals.seeds)} seeds/s`,
    `steps    ${show(totals.steps)}   ${rate(totals.steps)} steps/s`,
    `passes   ${show(passes)}`,
    `crashes  ${show(crashes)}`,
    `freezes  ${show(freezes)}`,
    `issued   ${show(issues)}`,
    `rotations${show(rotations)}`,
    `revokes  ${show(revokes)}`,
    `traces   ${totals.fingerprint.toString(16).padStart(14)}`,
    `violations${show(totals.found.length).slice(1)}`,
    ...[...groupByInvariant(totals.found)].map(([invariant, found]) => {
      const seeds = found.slice(0, seedsShown).map(({ seed }) => seed);
      const more = found.length > seedsShown ? ' …' : '';
      return `  ${invariant}: ${found.length}, seeds ${seeds.join(' ')}${more}`;
    }),
  ].join('\n');
}

export function groupByInvariant(found: readonly Found[]): ReadonlyMap<string, readonly Found[]> {
  return Map.groupBy(found, ({ invariant }) => invariant);
}

/**
 * What is wrong with the run itself: it is to fail when it could not have found anything. A run that was told
 * to leave something out is not judged.
 */
export function judge(totals: Totals, limits: Limits): readonly string[] {
  if (isLimited(limits)) return [];
  const complaints: string[] = [];
  const { passes: _, ...happened } = figuresOf(totals);
  if (totals.seeds >= enoughToAct) {
    for (const [what, times] of Object.entries({ steps: totals.steps, ...happened })) {
      const least = Math.ceil((usual[what as keyof typeof usual] * totals.seeds) / 2);
      if (times < least)
        complaints.push(`${times} ${what} in ${totals.seeds} seeds, at least ${least}: it did too little`);
    }
  }
  const { zeros, unlisted } = reportCoverage(totals.coverage.counts);
  if (totals.seeds >= enoughToReach) complaints.push(...zeros.map((zero) => `never reached: ${zero}`));
  complaints.push(...unlisted.map((name) => `counted, but not in coverage-list.ts: ${name}`));
  return complaints;
}
