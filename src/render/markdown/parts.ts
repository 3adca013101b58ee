/**
 * Parts of a plan in Markdown that the output of a command and the comment of a pull request share: totals,
 * refusals and warnings, what is kept and why, what is unchanged.
 */
import type { Plan } from '../../core/plan/types.ts';
import { markdownCode, markdownText } from '../escape.ts';
import { groupKept, listCurrent, nameSome } from '../kept.ts';
import { describeRefusal } from '../plan.ts';
import { countChanges, describeNextDue, isIdle } from '../words.ts';

/** How much of each part is shown. */
export interface PartDetail {
  /** Names of what stays as it is. */
  readonly unchanged: number;
  /** Refusals, warnings, and reasons for keeping: each. */
  readonly remarks: number;
}

/** `**1 create, 8 keep** · digest 3f9c2e71ab4d`. */
export function formatTotals(plan: Plan): string {
  if (isIdle(plan)) return `**No changes:** ${countChanges(plan) || 'nothing is declared'}`;
  const isConfig = plan.changes.some(({ digest }) => digest !== undefined);
  return `**${countChanges(plan)}**${isConfig ? ` · digest \`${plan.digest}\`` : ''}`;
}

/** What is refused, then what is warned of. */
export function formatRemarks({ refusals, warnings }: Plan, { remarks }: PartDetail): readonly string[] {
  return [
    ...some(
      refusals.map((refusal) => `- **Refused:** ${markdownText(describeRefusal(refusal))}`),
      remarks,
    ),
    ...some(
      warnings.map((warning) => `- **Warning:** ${markdownText(warning)}`),
      remarks,
    ),
  ];
}

/** Kept for a reason that a person must know. Refused ones are said above already. */
export function formatKept(plan: Plan, { remarks }: PartDetail): readonly string[] {
  const lines = [...groupKept(plan).values()].flatMap((group) => {
    const [change] = group;
    if (!change || change.refusal) return [];
    const names = nameSome(group, 5, markdownCode);
    return [`- ${names}: **${change.reason}**, ${markdownText(change.message)}`];
  });
  return lines.length === 0 ? [] : ['**Kept**', '', ...some(lines, remarks), ''];
}

/** What is as it should be, collapsed. */
export function formatCurrent(plan: Plan, { unchanged }: PartDetail): readonly string[] {
  const current = listCurrent(plan);
  if (current.length === 0) return [];
  const due = describeNextDue(plan);
  const summary = `${current.length} unchanged`;
  const next = due === undefined ? '' : `Next due: ${markdownText(due)}.`;
  if (unchanged === 0) return [`${summary}. ${next}`, ''];
  const names = nameSome(current, unchanged, markdownCode);
  return [`<details><summary>${summary}</summary>`, '', `${names}. ${next}`, '', '</details>', ''];
}

/** So many lines, and how many more there are. */
export function some(lines: readonly string[], most: number): readonly string[] {
  const more = lines.length - most;
  return more > 0 ? [...lines.slice(0, most), `- and ${more} more, not shown here`] : lines;
}
