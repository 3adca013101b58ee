/**
 * Plans as Markdown for comments and job summaries: totals, then what is destroyed or allows more, then the
 * rest. It fits itself into a limit by leaving out detail, never totals or digests. Who posts it, and the
 * marker by which a comment is found again, are not its business.
 */
import type { Change, Plan } from '../../core/plan/types.ts';
import { markdownCode, markdownText } from '../escape.ts';
import { describeOthers, isDestroying, isWidening, refusalFinder } from '../words.ts';
import { changeTable, type Row } from './changes.ts';
import { formatCurrent, formatKept, formatRemarks, formatTotals, type PartDetail } from './parts.ts';

export interface MarkdownOptions {
  /** Characters; undefined: everything is shown. */
  readonly limit?: number | undefined;
  /** Owner hash → name, of those the caller knows. */
  readonly owners?: ReadonlyMap<string, string> | undefined;
}

/** How much of each sort of line is shown. */
interface Detail extends PartDetail {
  readonly notes: boolean;
  readonly rows: number;
}

const all = Number.POSITIVE_INFINITY;

/** From everything to totals only; the first that fits is used. */
const details: readonly Detail[] = [
  { notes: true, unchanged: all, rows: all, remarks: all },
  { notes: true, unchanged: 10, rows: all, remarks: all },
  { notes: false, unchanged: 10, rows: all, remarks: 50 },
  { notes: false, unchanged: 0, rows: 50, remarks: 20 },
  { notes: false, unchanged: 0, rows: 5, remarks: 5 },
  { notes: false, unchanged: 0, rows: 0, remarks: 1 },
];

/** The plans of one run, set by set. Ends in a line break. */
export function renderPlanMarkdown(plans: readonly Plan[], { limit, owners }: MarkdownOptions = {}): string {
  let text = '';
  for (const detail of details) {
    text = plans.map((plan) => formatPlan(plan, detail, { owners })).join('\n');
    if (limit === undefined || text.length <= limit) return text;
  }
  return text;
}

function formatPlan(
  plan: Plan,
  detail: Detail,
  { owners }: { readonly owners: MarkdownOptions['owners'] },
): string {
  const refusalOf = refusalFinder(plan);
  const rows = plan.changes
    .filter(({ kind }) => kind !== 'keep')
    .map((change): Row => ({ change, remark: remark(change, refusalOf(change) !== undefined) }));
  const groups = Map.groupBy(rows, ({ change }) => severity(change));
  const others = describeOthers(plan.counts, owners);
  return [
    `### ${markdownCode(plan.set)} · ${markdownText(plan.title)} · owner ${markdownText(plan.ownerId)}`,
    '',
    formatTotals(plan),
    '',
    ...formatRemarks(plan, detail),
    '',
    ...changeTable('Destroyed', groups.get('destroys') ?? [], detail),
    ...changeTable('Allows more than before', groups.get('widens') ?? [], detail),
    ...changeTable('Changes', groups.get('other') ?? [], detail),
    ...formatKept(plan, detail),
    ...formatCurrent(plan, detail),
    `${plan.counts.declared} declared, ${plan.counts.owned} owned tokens evaluated.` +
      (others === undefined ? '' : ` Not ours: ${markdownText(others)}.`),
    '',
  ]
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n');
}

function severity(change: Change): 'destroys' | 'widens' | 'other' {
  if (isDestroying(change)) return 'destroys';
  return isWidening(change) ? 'widens' : 'other';
}

function remark({ approved }: Change, isRefused: boolean): string | undefined {
  if (isRefused) return 'refused';
  return approved ? undefined : 'awaits approval';
}
