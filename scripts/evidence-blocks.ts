/**
 * The generated parts of docs/evidence.md, made from what the simulator and its mutants last came to. Judges
 * nothing: whether a run was good enough is up to whoever commits its result.
 */
import { readFileSync } from 'node:fs';
import { table } from './docs-tables.ts';

/** As `npm run sim -- --json` writes it. */
interface Simulation {
  readonly command: string;
  readonly node: string;
  readonly seconds: number;
  readonly seedsPerSecond: number;
  readonly stepsPerSecond: number;
  readonly workers: number;
  readonly totals: Readonly<Record<string, number>>;
  readonly coverage: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly zeros: readonly string[];
}

/** As `npm run mutants -- --json` writes it. */
interface Mutants {
  readonly command: string;
  readonly seeds: number;
  readonly mutants: readonly {
    readonly name: string;
    readonly breaks: string;
    readonly result: 'caught' | 'survived' | 'error';
    readonly invariant?: string;
    readonly seeds?: number;
  }[];
}

const results = new URL('../test/sim/results/', import.meta.url);
/** What the world let pass is no state that has to be reached. */
const excused = 'excused';
const rarestShown = 3;

/** The text of each part by its name. */
export function evidenceBlocks(): Readonly<Record<string, string>> {
  const simulation = read<Simulation>('simulation.json');
  const mutants = read<Mutants>('mutants.json');
  return {
    simulation: figures(simulation),
    mutants: mutantsTable(mutants),
    coverage: coverageTable(simulation),
    'every-count': everyCount(simulation),
    excused: excusedTable(simulation),
  };
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, results), 'utf8')) as T;
}

const words: Readonly<Record<string, string>> = {
  seeds: 'runs, one for each seed',
  steps: 'requests, writes, uses and deeds of people',
  passes: 'passes of the engine',
  crashes: 'crashes between two effects',
  freezes: 'freezes of 30 s to 2 h',
  issues: 'tokens issued',
  rotations: 'rotations done',
  revokes: 'tokens revoked',
  violations: 'broken promises',
};

function figures({ command, node, workers, totals, ...speed }: Simulation): string {
  const rows = Object.entries(words).map(([name, meaning]) => [meaning, show(totals[name] ?? 0)]);
  const per = `${show(speed.seedsPerSecond)} seeds and ${show(speed.stepsPerSecond)} steps a second`;
  const minutes = Math.max(1, Math.round(speed.seconds / 60));
  const took = `\`${command}\`, Node ${node.slice(1)}, ${workers} threads, ${minutes} min: ${per}.`;
  return `${took}\n\n${table(['what', 'how many'], rows)}`;
}

function mutantsTable({ command, seeds, mutants }: Mutants): string {
  const rows = mutants.map(({ name, breaks, result, invariant = '', seeds: needed = 0 }) =>
    result === 'caught'
      ? [`\`${name}\``, breaks, invariant, show(needed)]
      : [`\`${name}\``, breaks, result === 'survived' ? '**nobody**' : '**could not be run**', show(needed)],
  );
  const caught = mutants.filter(({ result }) => result === 'caught').length;
  const bound = `each within ${show(seeds)} seeds or in the known one`;
  const head = `\`${command}\`: ${caught} of ${mutants.length} caught, ${bound}.`;
  return `${head}\n\n${table(['mutant', 'what is broken', 'caught by', 'in seed'], rows)}`;
}

/** One row for each kind of state, with what was hardest to reach. */
function coverageTable({ coverage, zeros }: Simulation): string {
  const rows = headings(coverage).map(([heading, counts]) => {
    const byCount = Object.entries(counts).sort(([, a], [, b]) => a - b);
    const reached = byCount.filter(([, times]) => times > 0).length;
    const rarest = byCount.slice(0, rarestShown).map(([name, times]) => `${name} (${show(times)})`);
    return [heading, `${reached} of ${byCount.length}`, rarest.join(', ')];
  });
  const missing = zeros.length === 0 ? '' : `\n\n**Never reached:** ${zeros.join('; ')}.`;
  return `${table(['states', 'reached', 'the rarest, and how often'], rows)}${missing}`;
}

function everyCount({ coverage }: Simulation): string {
  return headings(coverage)
    .map(([heading, counts]) => {
      const told = Object.entries(counts).map(([name, times]) => `${name} ${show(times)}`);
      return `**${heading}**: ${told.join('; ')}.`;
    })
    .join('\n\n');
}

function excusedTable({ coverage, totals }: Simulation): string {
  const rows = Object.entries(coverage[excused] ?? {}).map(([name, times]) => [
    name,
    show(times),
    ((1_000 * times) / (totals['passes'] || 1)).toFixed(2),
  ]);
  return table(['what the world let pass', 'how often', 'in 1,000 passes'], rows);
}

function headings(coverage: Simulation['coverage']) {
  return Object.entries(coverage).filter(([heading]) => heading !== excused);
}

function show(count: number): string {
  return count.toLocaleString('en');
}
