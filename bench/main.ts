/**
 * `npm run bench [-- CASE… --runs N --json FILE]`: measures, prints a table, and writes the same as JSON. A
 * figure stands beside a floor that was measured in turns with it, since a machine is rarely quiet. The case
 * `comparison` prints keyturn's column of docs/comparison.md instead, and runs only when it is asked for.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { action } from './action.ts';
import { applyProcess } from './apply-process.ts';
import { comparison } from './comparison.ts';
import { determined } from './determined.ts';
import { type Case, median, minimum, type Row } from './measure.ts';
import { observe } from './observe.ts';
import { planProcess } from './plan-process.ts';
import { planner } from './planner.ts';
import { formatTable } from './table.ts';
import { version } from './version.ts';

const cases: Readonly<Record<string, Case>> = {
  planner,
  observe,
  determined,
  plan: planProcess,
  version,
  action,
  apply: applyProcess,
};
const known = [...Object.keys(cases), 'comparison'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '7' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const runs = Number(values.runs);
const isWrong = positionals.some((name) => !known.includes(name)) || !Number.isInteger(runs) || runs < 1;
if (values.help || isWrong) {
  console.error(`Usage: npm run bench -- [CASE…] [--runs N] [--json FILE]\nCases: ${known.join(', ')}`);
  process.exitCode = values.help ? 0 : 1;
} else await main(positionals.length === 0 ? Object.keys(cases) : positionals);

async function main(names: readonly string[]): Promise<void> {
  const measured: { readonly name: string; readonly rows: readonly Row[] }[] = [];
  for (const name of names) {
    const say = (text: string): void => console.error(`${name}: ${text}`);
    if (name === 'comparison') console.log(`${await comparison({ runs, say })}\n`);
    else measured.push({ name, rows: (await cases[name]?.({ runs, say })) ?? [] });
  }
  const rows = measured.flatMap((entry) => entry.rows);
  if (rows.length > 0) console.log(formatTable(rows));
  if (values.json === undefined) return;
  const date = new Date().toISOString();
  const machine = { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length };
  const results = measured.map((entry) => ({ case: entry.name, rows: entry.rows.map(describeRow) }));
  writeFileSync(values.json, `${JSON.stringify({ date, machine, runs, results }, null, 2)}\n`);
}

function describeRow({ samples, beside, ...rest }: Row): object {
  const figures = { min: minimum(samples), median: median(samples), samples };
  const other = { min: minimum(beside.samples), median: median(beside.samples), samples: beside.samples };
  return { ...rest, ...figures, beside: { what: beside.what, ...other } };
}
