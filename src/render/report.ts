/**
 * What a reconcile did, for a person at a terminal: change by change, failures in full, and last one summary
 * line.
 */
import type { Plan } from '../core/plan/types.ts';
import type { ReportEntry, SetReport } from '../core/report.ts';
import { clean, joinLines } from './escape.ts';
import { type Colour, painter } from './layout.ts';
import { type Line, layOut, type Text, type TextOptions } from './lines.ts';
import { describeNextDue, kindWords, symbolOf } from './words.ts';

const outcomes: Readonly<Record<ReportEntry['outcome'], { word?: string; colour?: Colour }>> = {
  done: {},
  failed: { word: 'FAILED', colour: 'alarm' },
  refused: { word: 'refused', colour: 'red' },
  left: { word: 'left', colour: 'yellow' },
};

/** The reports of one run, set by set; the last line counts over all of them. No final line break. */
export function renderReport(reports: readonly SetReport[], options: TextOptions): string {
  const paint = painter(options.colours);
  const lines = reports.flatMap(({ plan, entries }) => {
    if (entries.length === 0) return [];
    const head = paint(clean(`${plan.set} · ${plan.title}`), 'bold');
    return [head, ...layOut(entries.map(describeEntry), options)];
  });
  const isWhole = reports.every(({ entries }) => entries.every(({ outcome }) => outcome === 'done'));
  return joinLines([...lines, paint(clean(describeReport(reports)), isWhole ? 'green' : 'alarm')]);
}

/** `Applied: 1 created, 2 rotated. 1 failed. Next due: ci-deployer/audit in 6d.` */
export function describeReport(reports: readonly SetReport[]): string {
  const entries = reports.flatMap((report) => report.entries);
  const done = entries.filter(({ outcome }) => outcome === 'done');
  const sentences = [done.length === 0 ? nothing(entries) : `Applied: ${countDone(done)}`];
  for (const outcome of ['failed', 'refused', 'left'] as const) {
    const count = entries.filter((entry) => entry.outcome === outcome).length;
    if (count > 0) sentences.push(`${count} ${outcome}`);
  }
  const due = describeNextDueOf(reports.map(({ plan }) => plan));
  if (due !== undefined) sentences.push(`Next due: ${due}`);
  return `${sentences.join('. ')}.`;
}

function nothing(entries: readonly ReportEntry[]): string {
  return entries.length === 0 ? 'Nothing to do' : 'Nothing was applied';
}

/** `1 created, 2 rotated`, in the order of a totals line. */
function countDone(entries: readonly ReportEntry[]): string {
  const byWord = Map.groupBy(entries, ({ change }) => kindWords[change.kind].done);
  const words = Object.values(kindWords).map(({ done }) => done);
  return words.flatMap((word) => (byWord.has(word) ? `${byWord.get(word)?.length} ${word}` : [])).join(', ');
}

/** Of several sets the one due first, named with its set. */
function describeNextDueOf(plans: readonly Plan[]): string | undefined {
  const [first] = plans.toSorted((a, b) => (a.nextDue?.at ?? Infinity) - (b.nextDue?.at ?? Infinity));
  const due = first && describeNextDue(first);
  return due === undefined || plans.length < 2 ? due : `${first?.set}: ${due}`;
}

function describeEntry({ change, outcome, detail }: ReportEntry): Line {
  const { done, colour } = kindWords[change.kind];
  const style = outcomes[outcome];
  const isDone = outcome === 'done';
  const verb = kindWords[change.kind].verb;
  const texts: Text[] = [{ text: isDone ? describeDone(change) : `${verb}: ${change.message}` }];
  if (detail !== undefined) texts.push({ text: detail, colour: isDone ? 'dim' : style.colour });
  return {
    symbol: symbolOf(change),
    subject: change.subject,
    word: style.word ?? done,
    colour: style.colour ?? colour,
    texts,
  };
}

function describeDone(change: ReportEntry['change']): string {
  const isIssue = change.kind === 'create' || change.kind === 'rotate';
  return isIssue ? `generation ${change.issue.generation}; ${change.message}` : change.message;
}
