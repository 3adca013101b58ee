/**
 * Reports as Markdown for comments and job summaries: the outcome, what went wrong in full, then what was
 * done.
 */
import type { ReportEntry, SetReport } from '../../core/report.ts';
import { markdownCode, markdownText } from '../escape.ts';
import { describeReport } from '../report.ts';
import { changeTable, type Row } from './changes.ts';
import type { MarkdownOptions } from './plan.ts';

const remarks: Readonly<Record<ReportEntry['outcome'], string | undefined>> = {
  done: undefined,
  failed: 'failed',
  refused: 'refused',
  left: 'left',
};

const rowLimits = [Number.POSITIVE_INFINITY, 200, 50, 5, 0];

/** The reports of one run. What failed comes first in each set. Ends in a line break. */
export function renderReportMarkdown(
  reports: readonly SetReport[],
  { limit }: Pick<MarkdownOptions, 'limit'> = {},
): string {
  let text = '';
  for (const rows of rowLimits) {
    const sets = reports.flatMap((report) => formatSet(report, rows));
    text = [`**${markdownText(describeReport(reports))}**`, '', ...sets].join('\n');
    if (limit === undefined || text.length <= limit) return text;
  }
  return text;
}

function formatSet({ plan, entries }: SetReport, rows: number): readonly string[] {
  if (entries.length === 0) return [];
  const wrong = entries.filter(({ outcome }) => outcome !== 'done');
  const done = entries.filter(({ outcome }) => outcome === 'done');
  return [
    `### ${markdownCode(plan.set)} · ${markdownText(plan.title)}`,
    '',
    ...changeTable('Not done', wrong.map(toRow), { notes: false, rows }),
    ...changeTable('Done', done.map(toRow), { notes: false, rows, verb: 'done' }),
  ];
}

function toRow({ change, outcome, detail }: ReportEntry): Row {
  return { change, remark: remarks[outcome], detail };
}
