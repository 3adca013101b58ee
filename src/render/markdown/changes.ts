/** Changes as rows of a Markdown table, in words. Every text from outside goes through `escape.ts`. */
import type { Change } from '../../core/plan/types.ts';
import { markdownCode, markdownText } from '../escape.ts';
import { kindWords, symbolOf } from '../words.ts';

export interface Row {
  readonly change: Change;
  /** Beside the verb, such as `refused`. */
  readonly remark: string | undefined;
  /** Below everything else, not yet escaped. */
  readonly detail?: string | undefined;
  /** Further lines, Markdown already; left out with the consequences. */
  readonly extras?: readonly string[];
  /** Further subjects with the very same change. */
  readonly others?: readonly string[];
}

/** How many names of a row that stands for several are given. */
const mostNamed = 20;

export interface TableOptions {
  /** Consequences below each change. */
  readonly notes: boolean;
  /** Rows beyond this are counted, not shown. */
  readonly rows: number;
  /** The heading of the column that says what is, or was, done. */
  readonly verb?: 'verb' | 'done';
}

/** A table with its title; nothing when there are no rows. */
export function changeTable(title: string, rows: readonly Row[], options: TableOptions): readonly string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, options.rows);
  const more = rows.length - shown.length;
  const lines = shown.map((row) => formatRow(row, options));
  const head = ['| | Token | Change | What and why |', '|---|---|---|---|'];
  const table = lines.length === 0 ? [] : [...head, ...lines, ''];
  const left = lines.length === 0 ? `${more} changes` : `and ${more} more`;
  return [`**${title}**`, '', ...table, ...(more === 0 ? [] : [`${left}, not shown here`, ''])];
}

function formatRow(row: Row, { notes, verb = 'verb' }: TableOptions): string {
  const { change, remark, extras = [] } = row;
  const words = kindWords[change.kind][verb];
  const effects = [...describeRow(row, notes), ...(notes ? extras : [])];
  const cells = [symbolOf(change), nameAll(row), remark === undefined ? words : `${words}, **${remark}**`];
  return `| ${[...cells, effects.join('<br>')].join(' | ')} |`;
}

function describeRow({ change, detail }: Row, notes: boolean): readonly string[] {
  const effects = [...describeEffects(change, notes), ...(notes ? change.notes.map(markdownText) : [])];
  return detail === undefined ? effects : [...effects, markdownText(detail)];
}

function nameAll({ change, others = [] }: Row): string {
  const names = [change.subject, ...others];
  const shown = names.slice(0, mostNamed).map(markdownCode).join(', ');
  return names.length > mostNamed ? `${shown} and ${names.length - mostNamed} more` : shown;
}

/** One row for all that say the same, at the place of the first; consequences are not compared. */
export function groupRows(rows: readonly Row[]): readonly Row[] {
  const alike = Map.groupBy(rows, (row) =>
    JSON.stringify([row.change.kind, row.remark, describeRow(row, false)]),
  );
  return [...alike.values()].flatMap(([first, ...rest]) =>
    first ? { ...first, others: rest.map(({ change }) => change.subject) } : [],
  );
}

/** The reason, or the fields that differ where the reason is just that. */
function describeEffects(change: Change, notes: boolean): readonly string[] {
  const fields = change.fields.map(({ field, old, new: next, widens }) => {
    const difference = `${markdownText(field)}: ${markdownCode(old)} → ${markdownCode(next)}`;
    // A note says it as well, and names every such field.
    return widens && !notes ? `${difference} **(allows more)**` : difference;
  });
  const repeats = change.reason === 'SpecChanged' || change.reason === 'DescriptionChanged';
  return fields.length > 0 && repeats ? fields : [markdownText(change.message), ...fields];
}
