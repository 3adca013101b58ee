/** What a comment says of one set: refusals and warnings, its changes, what is kept, what stays unchanged. */
import { markdownCode, markdownText } from '../escape.ts';
import { changeTable, groupRows, type Row } from '../markdown/changes.ts';
import { formatCurrent, formatKept, formatRemarks, formatTotals } from '../markdown/parts.ts';
import { describeOthers, kindWords } from '../words.ts';
import type { Content, ShownSet } from './content.ts';
import type { Detail } from './detail.ts';
import type { SortedRows } from './rows.ts';

/** Everything but what is destroyed or widened, which stands before all sets. */
export function formatSet(
  set: ShownSet,
  { others }: SortedRows,
  {
    detail,
    owners,
    isOnly,
  }: {
    readonly detail: Detail;
    readonly owners: Content['owners'];
    /** Its totals are those of the comment, which says them first. */
    readonly isOnly: boolean;
  },
): readonly string[] {
  const { plan, applier } = set;
  const who = applier === 'controller' ? 'applied by the controller' : '';
  const strangers = describeOthers(plan.counts, owners);
  return [
    `### ${markdownCode(plan.set)} · ${markdownText(plan.title)}`,
    '',
    [isOnly ? '' : formatTotals(plan), who].filter(Boolean).join(' · '),
    '',
    ...formatAssumed(set),
    ...formatRemarks(plan, detail).map(inWorkflow),
    '',
    ...formatRows('Changes', others, detail),
    ...formatKept(plan, detail),
    ...formatCurrent(plan, detail),
    `${plan.counts.declared} declared, ${plan.counts.owned} owned tokens evaluated.` +
      (strangers === undefined ? '' : ` Not ours: ${markdownText(strangers)}.`),
    '',
  ];
}

/** A workflow has no options; it gives the same word as an input. */
function inWorkflow(remark: string): string {
  return remark.replace('run with --acknowledge ', 'run with the input acknowledge: ');
}

/** A table, and below it the names of what found no place in it. */
export function formatRows(title: string, rows: readonly Row[], detail: Detail): readonly string[] {
  const shown = detail.grouped ? groupRows(rows) : rows;
  const table = changeTable(title, shown, detail);
  if (!detail.named) return table;
  const left = shown.slice(detail.rows);
  if (left.length === 0) return table;
  const byVerb = Map.groupBy(left, ({ change }) => kindWords[change.kind].verb);
  const lines = [...byVerb].map(([verb, of]) => {
    const names = of.flatMap(({ change, others = [] }) => [change.subject, ...others]);
    return `- ${verb}: ${names.map(markdownCode).join(', ')}`;
  });
  return [...table, ...lines, ''];
}

function formatAssumed({ plan, applier }: ShownSet): readonly string[] {
  if (!plan.assumed) return [];
  const why =
    applier === 'controller'
      ? 'Its Secrets are in a cluster, out of reach of this run'
      : 'This run has no right to read what was delivered';
  return [`${why}: planned from the marks of its tokens alone.`, ''];
}
