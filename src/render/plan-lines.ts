/**
 * Which lines a plan has at a terminal and what each says. Tokens that are current share one line; whatever
 * else is kept is shown, because a person must know, and shares a line only with its like.
 */
import type { Change, Plan, Refusal } from '../core/plan/types.ts';
import { groupKept, isNoteworthyKeep, keptKey, nameSome } from './kept.ts';
import type { Line, Text, TextOptions } from './lines.ts';
import { inTime, isWidening, kindWords, refusalFinder, symbolOf } from './words.ts';

/** More declarations than this that are kept for one and the same reason share a line. */
const mostAlike = 3;
/** How many of them are named. */
const mostNamed = 5;

/** The lines of a plan, in its order. */
export function planLines(plan: Plan, { verbose = false }: TextOptions): readonly Line[] {
  const refusalOf = refusalFinder(plan);
  const alike = groupKept(plan);
  return plan.changes.flatMap((change): readonly Line[] => {
    if (change.kind !== 'keep') return [describeChange(change, refusalOf(change), verbose)];
    if (!isNoteworthyKeep(change)) return verbose ? [describeKept([change], plan.now)] : [];
    const group = alike.get(keptKey(change)) ?? [];
    if (verbose || group.length <= mostAlike) return [describeKept([change], plan.now)];
    return group[0] === change ? [describeKept(group, plan.now)] : [];
  });
}

/** What a change says: its reason or the fields that differ, then what follows from it. */
function describeEffects(change: Change): readonly Text[] {
  const fields = change.fields.map(({ field, old, new: next, widens }): Text => {
    return { text: `${field}: ${old} → ${next}`, colour: widens ? 'yellow' : undefined };
  });
  // The messages of these reasons are made of the same fields, on one line.
  const repeats = change.reason === 'SpecChanged' || change.reason === 'DescriptionChanged';
  const message: Text = { text: change.message };
  const lead = fields.length > 0 && repeats ? fields : [message, ...fields];
  const colour = isWidening(change) ? 'yellow' : 'dim';
  return [...lead, ...change.notes.map((text): Text => ({ text, colour }))];
}

function describeChange(change: Change, refusal: Refusal | undefined, verbose: boolean): Line {
  const { verb, colour } = kindWords[change.kind];
  const texts = [...describeEffects(change)];
  if (refusal) texts.push({ text: `refused by ${refusal.rule}, see below`, colour: 'alarm' });
  else if (!change.approved)
    texts.push({ text: 'nobody approved this yet, so it is not applied', colour: 'dim' });
  if (verbose && change.digest !== undefined) texts.push({ text: `digest ${change.digest}`, colour: 'dim' });
  if (verbose && 'tokenId' in change) texts.push({ text: `token ${change.tokenId}`, colour: 'dim' });
  const isStopped = refusal !== undefined || !change.approved;
  return {
    symbol: symbolOf(change),
    subject: change.subject,
    word: verb,
    colour: isStopped ? 'dim' : colour,
    texts,
  };
}

function describeKept(changes: readonly Change[], now: number): Line {
  const [change] = changes;
  if (change?.kind !== 'keep')
    return { symbol: '·', subject: '', word: 'keep', colour: undefined, texts: [] };
  const isRefused = change.refusal !== undefined;
  const due = change.nextDueAt === undefined ? '' : `, next due ${inTime(change.nextDueAt, now)}`;
  const message = isRefused
    ? `${change.reason}, see below`
    : change.message + (isNoteworthyKeep(change) ? '' : due);
  const texts: Text[] = [{ text: message }];
  if (changes.length > 1) texts.push({ text: nameSome(changes, mostNamed), colour: 'dim' });
  return {
    symbol: kindWords.keep.symbol,
    subject: changes.length > 1 ? `${changes.length} declarations` : change.subject,
    word: isRefused ? 'refused' : 'keep',
    colour: isRefused ? 'alarm' : isNoteworthyKeep(change) ? 'yellow' : undefined,
    texts,
  };
}
