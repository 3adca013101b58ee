/**
 * A plan for a person at a terminal: one line per change, what is current collapsed, totals, and last what is
 * refused, next to the prompt. It decides nothing.
 */
import type { Plan, Refusal } from '../core/plan/types.ts';
import { clean, joinLines } from './escape.ts';
import { describeCurrent } from './kept.ts';
import { painter } from './layout.ts';
import { layOut, say, type TextOptions } from './lines.ts';
import { planLines } from './plan-lines.ts';
import { countChanges, describeOthers, isIdle, waiverHint } from './words.ts';

/** The plan of one set, without a final line break. */
export function renderPlan(plan: Plan, options: TextOptions): string {
  const paint = painter(options.colours);
  const lines = [paint(describeSet(plan), 'bold'), ...layOut(planLines(plan, options), options)];
  const current = describeCurrent(plan);
  if (current !== undefined && !options.verbose) lines.push(paint(`  · ${clean(current)}`, 'dim'));
  lines.push(paint(describeTotals(plan), 'bold'));
  const others = describeOthers(plan.counts, options.owners);
  if (others) lines.push(paint(clean(`Not ours: ${others} (keyturn tokens shows them).`), 'dim'));
  for (const warning of plan.warnings) {
    lines.push(...say('Warning:', warning, { ...options, colour: 'yellow' }));
  }
  for (const refusal of plan.refusals) {
    lines.push(...say('Refused:', describeRefusal(refusal), { ...options, colour: 'alarm' }));
  }
  return joinLines(lines);
}

/** `payments · aiven org1a23f456789 · owner payments-k3x9ab · 12 declared, 14 owned tokens evaluated`. */
function describeSet({ set, title, ownerId, counts }: Plan): string {
  const evaluated = `${counts.declared} declared, ${counts.owned} owned tokens evaluated`;
  return clean([set, title, `owner ${ownerId}`, evaluated].join(' · '));
}

/** `Plan: 1 create, 8 keep. Digest 3f9c2e71ab4d`; the digest is there when something needs approval. */
function describeTotals(plan: Plan): string {
  const counted = countChanges(plan);
  if (isIdle(plan)) {
    const unread = plan.changes.some(({ reason }) => reason === 'Unobserved');
    const said = unread ? 'No changes to what could be read.' : 'No changes.';
    return counted.includes('refused') ? `${said} Plan: ${counted}.` : said;
  }
  const isConfig = plan.changes.some(({ digest }) => digest !== undefined);
  return `Plan: ${counted}.${isConfig ? ` Digest ${plan.digest}` : ''}`;
}

/** The refusal with the ways past it, where there are any. */
export function describeRefusal(refusal: Refusal): string {
  const { message, waiver, rule, digest } = refusal;
  const sentence = [message, waiverHint(refusal)].filter(Boolean).join('. ');
  // In a manifest the waiver names the digest as well, so that it fits this case only.
  const inManifest =
    waiver === rule ? `, or put {rule: ${rule}, digest: ${digest}} under guards.acknowledge` : '';
  return `${sentence}${inManifest}.`;
}
