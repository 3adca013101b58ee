/**
 * The comment of a pull request, and the job summary, which says the same without a limit that matters:
 * marker, one line of totals, what is destroyed or allows more, then set by set, last how it is applied. It
 * fits itself into a limit by leaving out detail, never totals or digests. Pure; posting it is the Action's.
 */
import { formatFinding } from '../../core/errors.ts';
import { digestOf } from '../../core/plan/digest.ts';
import type { Plan } from '../../core/plan/types.ts';
import type { SetReport } from '../../core/report.ts';
import { markdownCode, markdownText } from '../escape.ts';
import { changeTable, type Row } from '../markdown/changes.ts';
import { some } from '../markdown/parts.ts';
import { describeReport } from '../report.ts';
import { countChanges, isIdle, plural } from '../words.ts';
import type { Content } from './content.ts';
import { type Detail, details } from './detail.ts';
import { formatDigests, formatMarker } from './digests.ts';
import { describeHow, describeState, longestComment, tooManyDigests } from './state.ts';
import { sortRows } from './rows.ts';
import { formatRows, formatSet } from './set-section.ts';

/** GitHub's limit for the summary of a step, in bytes. */
const longestSummary = 1024 * 1024;

/**
 * The body of the comment, at most 65,536 characters. A plan that does not fit with all that its digests
 * stand for approves nothing: nobody has seen what is left out.
 */
export function renderComment(content: Content): string {
  const head = `${formatMarker(content.label)}\n`;
  const digests = content.digests && formatDigests(content.digests);
  const tail = digests === undefined ? '' : `\n${digests}\n`;
  const limit = longestComment - head.length - tail.length;
  const whole = details.filter(({ isWhole }) => isWhole);
  // What is told later was seen before the merge.
  const isShown = content.digests === undefined || content.state.kind !== 'planned';
  if (isShown) return head + squeeze(content, fitsInto(limit), limit) + tail;
  const text = whole.map((detail) => format(content, detail)).find(fitsInto(limit));
  if (text !== undefined && digests !== undefined) return head + text + tail;
  const most = longestComment - head.length;
  const remarks = [tooManyDigests, ...content.remarks];
  return head + squeeze({ ...content, remarks, digests: undefined }, fitsInto(most), most);
}

function fitsInto(limit: number): (text: string) => boolean {
  return (text) => text.length <= limit;
}

/** The job summary, at most 1 MiB. */
export function renderSummary(content: Content): string {
  return squeeze(content, (text) => Buffer.byteLength(text) <= longestSummary, longestSummary / 4);
}

function squeeze(content: Content, fits: (text: string) => boolean, last: number): string {
  let text = '';
  for (const detail of details) {
    text = format(content, detail);
    if (fits(text)) return text;
  }
  // Only names of set after set can still be too long. Nothing is open where a line ends.
  const lines = text.slice(0, last - 100);
  return `${lines.slice(0, lines.lastIndexOf('\n'))}\n\nThe rest does not fit here.\n`;
}

function format(content: Content, detail: Detail): string {
  const { sets, reports, owners } = content;
  const sorted = sets.map((set) => ({ set, rows: sortRows(set.plan, set.status) }));
  const isShown = reports === undefined;
  const name = ({ set }: (typeof sorted)[number]) =>
    sets.length > 1 ? ` in ${markdownCode(set.plan.set)}` : '';
  const lines = [
    formatTotals(content),
    '',
    describeState(content),
    '',
    ...some(
      content.remarks.map((remark) => `- ${markdownText(remark)}`),
      detail.remarks,
    ),
    '',
    ...formatFindings(content, detail),
    ...(isShown
      ? [
          ...sorted.flatMap((one) => formatRows(`Destroyed${name(one)}`, one.rows.destroyed, detail)),
          ...sorted.flatMap((one) =>
            formatRows(`Allows more than before${name(one)}`, one.rows.widened, detail),
          ),
          ...sorted.flatMap(({ set, rows }) =>
            formatSet(set, rows, { detail, owners, isOnly: sets.length === 1 }),
          ),
        ]
      : reports.flatMap((report) => formatReport(report, detail))),
    ...describeHow(content),
  ];
  return `${lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

function formatTotals({ sets, reports, state, findings }: Content): string {
  if (state.kind === 'validated' || sets.length === 0)
    return `**keyturn: ${findings.length === 0 ? 'no problems' : plural(findings.length, 'finding')}**`;
  const plans = sets.map(({ plan }) => plan);
  if (reports) return `**keyturn:** ${markdownText(describeReport(reports))}`;
  const counted = countChanges(...plans);
  const count = plans.every(isIdle) ? `no changes (${counted || 'nothing is declared'})` : counted;
  const isConfig = plans.some(({ changes }) => changes.some(({ digest }) => digest !== undefined));
  const across = plans.length > 1 ? ` in ${plans.length} sets` : '';
  return `**keyturn: ${count}**${across}${isConfig ? ` · digest \`${digestOfAll(plans)}\`` : ''}`;
}

/** One digest over the plans of a run; of a single one its own. */
export function digestOfAll(plans: readonly Plan[]): string {
  const [first] = plans;
  return plans.length === 1 && first ? first.digest : digestOf(...plans.map(({ digest }) => digest));
}

function formatFindings({ findings }: Content, { remarks }: Detail): readonly string[] {
  if (findings.length === 0) return [];
  const lines = findings.map((finding) => {
    const word = finding.severity === 'error' ? '**Error:**' : '**Warning:**';
    return `- ${word} ${markdownText(formatFinding({ ...finding, severity: 'error' }))}`;
  });
  return [...some(lines, remarks), ''];
}

const outcomeWords = { done: undefined, failed: 'failed', refused: 'refused', left: 'left' } as const;

function formatReport({ plan, entries }: SetReport, detail: Detail): readonly string[] {
  if (entries.length === 0) return [];
  const rows = entries.map(
    (entry): Row => ({ change: entry.change, remark: outcomeWords[entry.outcome], detail: entry.detail }),
  );
  const wrong = rows.filter(({ remark }) => remark !== undefined);
  const done = rows.filter(({ remark }) => remark === undefined);
  const options = { notes: false, rows: detail.rows };
  return [
    `### ${markdownCode(plan.set)} · ${markdownText(plan.title)}`,
    '',
    ...changeTable('Not done', wrong, options),
    ...changeTable('Done', done, { ...options, verb: 'done' }),
  ];
}
