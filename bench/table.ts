/** Rows of figures as an aligned table for a terminal. */
import { median, minimum, type Row } from './measure.ts';

const head = ['', 'min', 'median', '', 'beside', 'min', 'ratio', 'aim'];
/** Columns of words; the others are numbers and end at the right. */
const words = new Set([0, 3, 4, 7]);

export function formatTable(rows: readonly Row[]): string {
  const lines = [head, ...rows.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return words.has(column) ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf({ what, unit, samples, beside, aim }: Row): readonly string[] {
  const ratio = minimum(samples) / minimum(beside.samples);
  return [
    what,
    round(minimum(samples)),
    round(median(samples)),
    unit,
    beside.what,
    round(minimum(beside.samples)),
    `${ratio.toFixed(ratio < 10 ? 1 : 0)} ×`,
    aim === undefined ? '' : `${aim.text}: ${aim.holds ? 'holds' : 'MISSED'}`,
  ];
}

function round(figure: number): string {
  return figure.toFixed(figure < 10 && !Number.isInteger(figure) ? 2 : 0);
}
