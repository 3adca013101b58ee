/**
 * The change that issues a token: what is issued, what it supersedes, and what a person should know before.
 */
import { formatDuration } from '../duration.ts';
import { digestIssue } from './digest.ts';
import { say } from './say.ts';
import type { Situation } from './situation.ts';
import type { Change, Issue, Superseded } from './types.ts';
import type { Verdict } from './verdict.ts';

export type IssueVerdict = Verdict & { readonly kind: 'issue' };

/** The change that issues a token: a create when nobody is served yet, else a rotation. */
export function buildIssue(situation: Situation, verdict: IssueVerdict): Change {
  const { declaration, nextGeneration } = situation;
  const kind = kindOf(situation, verdict);
  const spec = verdict.spec ?? declaration.spec;
  const issue: Issue = {
    generation: nextGeneration,
    spec,
    supersedes: supersede(situation, verdict),
    destinations: declaration.deliverTo.map(({ key }) => key),
  };
  const digest = verdict.cause === 'config' ? digestOfIssue(situation, verdict) : undefined;
  const notes = issueNotes(situation, verdict);
  return {
    ...say(declaration.name, verdict, verdict.cause),
    kind,
    issue,
    notes,
    digest,
    fields: verdict.fields ?? [],
  };
}

/** What an approval of issuing this token must repeat. */
export function digestOfIssue(situation: Situation, verdict: IssueVerdict): string {
  const { declaration } = situation;
  return digestIssue(kindOf(situation, verdict), verdict.reason, {
    declaration,
    fields: verdict.fields ?? [],
  });
}

function kindOf(situation: Situation, verdict: IssueVerdict): 'create' | 'rotate' {
  return !situation.ledger?.current && supersede(situation, verdict).length === 0 ? 'create' : 'rotate';
}

function issueNotes({ declaration, ledger }: Situation, verdict: IssueVerdict): readonly string[] {
  const notes: string[] = [];
  const isGone = verdict.reason === 'CurrentTokenGone';
  if (ledger?.current && verdict.cause !== 'clock' && !verdict.compromised && !isGone) {
    const places = declaration.deliverTo.length;
    const where = places === 1 ? '' : ` to ${places} destinations`;
    const until = formatDuration(declaration.rotation.overlapMs);
    notes.push(`the old token keeps working until ${until} after delivery${where}`);
  }
  const wider = (verdict.fields ?? []).filter(({ widens }) => widens).map(({ field }) => field);
  if (wider.length > 0) notes.push(`allows more than before: ${wider.join(', ')}`);
  return notes;
}

/** Which tokens the commit moves into `previous`; without a receipt that is every live owned one. */
export function supersede(
  situation: Situation,
  verdict: { readonly compromised?: true },
): readonly Superseded[] {
  const { ledger, live, pendingId, previous, declaration } = situation;
  const compromised = verdict.compromised === true;
  const overlapMs = compromised ? 0 : declaration.rotation.overlapMs;
  const generations = new Map<string, number>();
  if (!ledger || compromised) for (const { token, mark } of live) generations.set(token.id, mark.generation);
  if (compromised) for (const entry of previous) generations.set(entry.id, entry.generation);
  if (ledger?.current) generations.set(ledger.current.id, ledger.current.generation);
  if (pendingId) generations.set(pendingId, ledger?.pending?.generation ?? 0);
  return [...generations].map(([id, generation]) => ({ id, generation, overlapMs, compromised }));
}
