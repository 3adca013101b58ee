/** How often everything on the list of what must be reached was reached, as data and as a table. */
import { excused, mustReach, placeInList } from './coverage-list.ts';

export interface CoverageReport {
  /** By heading, in the order of the list. */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What was never reached, as `heading: name`. */
  readonly zeros: readonly string[];
  /** What was counted and is not on the list: the list, or the label, is out of date. */
  readonly unlisted: readonly string[];
}

export function reportCoverage(counts: ReadonlyMap<string, number>): CoverageReport {
  const groups = new Map(
    [...mustReach].map(([heading, names]) => [heading, new Map(names.map((name) => [name, 0]))]),
  );
  groups.set(excused, new Map());
  const unlisted = new Set<string>();
  for (const [counted, times] of counts) {
    const place = placeInList(counted);
    if (!place) continue;
    const [heading, name] = place;
    const group = groups.get(heading);
    const before = heading === excused ? (group?.get(name) ?? 0) : group?.get(name);
    if (before === undefined) unlisted.add(`${heading}: ${name}`);
    else group?.set(name, before + times);
  }
  const zeros = [...groups].flatMap(([heading, group]) =>
    [...group].flatMap(([name, times]) => (times === 0 ? `${heading}: ${name}` : [])),
  );
  return { groups, zeros, unlisted: [...unlisted].sort() };
}

/** A table by heading; crash points in one row each, with a column for every moment. */
export function formatCoverage({ groups, zeros, unlisted }: CoverageReport): string {
  const lines = [...groups].flatMap(([heading, group]) => [
    '',
    heading.toUpperCase(),
    ...(heading === 'crash' ? formatCrashes(group) : [...group].map(([name, times]) => row(name, [times]))),
  ]);
  if (unlisted.length > 0)
    lines.push('', `COUNTED BUT NOT ON THE LIST (coverage-list.ts): ${unlisted.join('; ')}`);
  const loud = zeros.map((zero) => `  NEVER REACHED  ${zero}`);
  return [...lines, '', zeros.length === 0 ? 'Everything on the list was reached.' : loud.join('\n')].join(
    '\n',
  );
}

function formatCrashes(group: ReadonlyMap<string, number>): readonly string[] {
  const rows = new Map<string, number[]>();
  const moments = new Set<string>();
  for (const [name, times] of group) {
    const comma = name.lastIndexOf(', ');
    const what = name.slice(0, comma);
    moments.add(name.slice(comma + 2));
    rows.set(what, [...(rows.get(what) ?? []), times]);
  }
  return [row('', [...moments]), ...[...rows].map(([what, times]) => row(what, times))];
}

function row(name: string, cells: readonly (number | string)[]): string {
  const shown = cells.map((cell) => (cell === 0 ? '** 0 **' : String(cell)).padStart(12));
  return `  ${name.padEnd(44)}${shown.join('')}`;
}
