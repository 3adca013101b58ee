/**
 * The rows of a comment: every change of a set in words, with who still uses the old token and where the new
 * value goes, sorted by what must stand out.
 */
import { formatDuration } from '../../core/duration.ts';
import type { Change, Plan } from '../../core/plan/types.ts';
import type { TokenSpec } from '../../core/spec.ts';
import type { DeclarationStatus, SetStatus } from '../../core/status.ts';
import type { Target } from '../../core/targets.ts';
import type { Terms } from '../../core/terms.ts';
import { markdownCode, markdownText } from '../escape.ts';
import type { Row } from '../markdown/changes.ts';
import { inTime, isDestroying, isWidening, refusalFinder } from '../words.ts';

export interface SortedRows {
  readonly destroyed: readonly Row[];
  readonly widened: readonly Row[];
  readonly others: readonly Row[];
}

/** Everything the plan changes; what is kept is not among it. */
export function sortRows(plan: Plan, status: SetStatus): SortedRows {
  const refusalOf = refusalFinder(plan);
  const statusOf = new Map(status.declarations.map((declaration) => [declaration.name, declaration]));
  const rows = plan.changes
    .filter(({ kind }) => kind !== 'keep')
    .map((change): Row => {
      const remark = refusalOf(change) ? 'refused' : change.approved ? undefined : 'awaits approval';
      return { change, remark, extras: describeAround(change, statusOf.get(change.subject), plan.now) };
    });
  const destroyed = rows.filter(({ change }) => isDestroying(change));
  const widened = rows.filter(({ change }) => !isDestroying(change) && isWidening(change));
  const others = rows.filter((row) => !destroyed.includes(row) && !widened.includes(row));
  return { destroyed, widened, others };
}

function describeAround(
  change: Change,
  status: DeclarationStatus | undefined,
  now: number,
): readonly string[] {
  if (change.kind === 'deliver') return describeReaders([change.to]);
  if (change.kind !== 'create' && change.kind !== 'rotate') return [];
  const { issue } = change;
  const lines: string[] = [];
  if (change.kind === 'create') lines.push(describeSpec(issue.spec), describeTerms(issue.terms));
  if (change.kind === 'rotate' && status?.tokenId !== undefined)
    lines.push(markdownText(describeUser(status, now)));
  lines.push(`goes to ${issue.destinations.map(markdownCode).join(', ')}`);
  return [...lines, ...describeReaders(issue.readers ?? [])];
}

function describeReaders(targets: readonly Target[]): readonly string[] {
  return targets.flatMap(({ key, readers }) =>
    readers === undefined ? [] : [`${markdownCode(key)} is readable by ${markdownCode(readers)}`],
  );
}

/** How a token that nobody had before is to be replaced; later changes of it are changes of the plan. */
function describeTerms({ overlap, renewBefore, every, idleFor, idleAtMost }: Terms): string {
  const words = [
    ['overlap', overlap],
    ['renewBefore', renewBefore],
    ['every', every],
    ['revokeWhenIdle.for', idleFor],
    ['revokeWhenIdle.atMost', idleAtMost],
  ] as const;
  const said = words.flatMap(([name, ms]) => (ms === undefined ? [] : [`${name}: ${formatDuration(ms)}`]));
  return `rotation: ${markdownCode(said.join('; '))}`;
}

function describeUser({ lastUsedAt, lastUsedFrom }: DeclarationStatus, now: number): string {
  if (lastUsedAt === undefined) return 'no use of the old token is known';
  const from = lastUsedFrom === undefined ? '' : ` from ${lastUsedFrom}`;
  return `the old token was last used ${inTime(lastUsedAt, now)}${from}`;
}

/** What a token that nobody had before may do; of a rotation the fields that differ say it. */
function describeSpec({ scopes, maxAgeSeconds, extendWhenUsed, ipAllowlist }: TokenSpec): string {
  const words = (list: readonly string[], none: string) =>
    list.length === 0 ? none : list.map(markdownCode).join(', ');
  const age = maxAgeSeconds === undefined ? 'no age of its own' : formatDuration(maxAgeSeconds * 1_000);
  return [
    `scopes: ${words(scopes, 'unrestricted')}`,
    `maxAge: ${markdownCode(age)}`,
    ...(extendWhenUsed ? ['extendWhenUsed'] : []),
    `ipAllowlist: ${words(ipAllowlist, 'anywhere')}`,
  ].join('; ');
}
