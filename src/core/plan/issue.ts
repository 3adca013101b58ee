/**
 * The change that issues a token: what is issued, what it supersedes, and what a person should know before.
 */
import { formatDuration } from '../duration.ts';
import type { DestinationReference } from '../manifest/types.ts';
import { agreedTerms } from './agreed.ts';
import { digestDelivery, digestIssue } from './digest.ts';
import { isLive } from './index.ts';
import { knownTargets } from './known.ts';
import { say } from './say.ts';
import { isOthers, type Situation } from './situation.ts';
import type { Change, Issue, Superseded } from './types.ts';
import { compromised as awaitsCompromise } from './reasons/wanted.ts';
import type { Verdict } from './verdict.ts';

export type IssueVerdict = Verdict & { readonly kind: 'issue' };

/** The change that issues a token: a create when nobody is served yet, else a rotation. */
export function buildIssue(situation: Situation, verdict: IssueVerdict): Change {
  const { declaration, nextGeneration } = situation;
  const kind = kindOf(situation, verdict);
  const spec = verdict.spec ?? declaration.spec;
  const to = approvedDestinations(situation, verdict);
  const readers = to.filter((target) => target.readers !== undefined);
  const issue: Issue = {
    generation: nextGeneration,
    spec,
    supersedes: supersede(situation, verdict),
    destinations: to.map(({ key }) => key),
    ...(readers.length > 0
      ? { readers: readers.map(({ key, readers: who }) => ({ key, readers: who })) }
      : {}),
    ...keepDropped(situation),
    terms: agreedTerms(situation.input, declaration, situation.ledger),
    ...(verdict.revokesFirst === undefined ? {} : { revokesFirst: verdict.revokesFirst }),
    ...(!verdict.compromised && awaitsCompromise(situation) ? { compromiseWaits: true } : {}),
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

/** What left the manifest without an approval comes back without one. */
function keepDropped({ dropped, input }: Situation): Pick<Issue, 'dropped'> {
  const { approved } = input.requests;
  if (approved === 'all' || dropped.length === 0) return {};
  const left = dropped.filter(({ yielded }) => !yielded).map(({ reference: { key } }) => ({ key }));
  return left.length === 0 ? {} : { dropped: left };
}

/** What an approval of issuing this token must repeat. */
export function digestOfIssue(situation: Situation, verdict: IssueVerdict): string {
  const { declaration, input } = situation;
  return digestIssue(kindOf(situation, verdict), verdict.reason, {
    set: input.set,
    declaration,
    fields: verdict.fields ?? [],
  });
}

/**
 * A rotation that needs no approval goes only where an earlier one went, or where somebody approved that it
 * goes: otherwise the calendar would deliver what a review has not seen.
 */
function approvedDestinations(
  situation: Situation,
  { cause }: IssueVerdict,
): readonly DestinationReference[] {
  const { declaration, input } = situation;
  const { approved } = input.requests;
  if (approved === 'all' || cause === 'config') return declaration.deliverTo;
  return knownTargets(situation, (reference) =>
    approved.has(digestDelivery(input.set, declaration.name, reference)),
  );
}

function kindOf(situation: Situation, verdict: IssueVerdict): 'create' | 'rotate' {
  return !situation.ledger?.current && supersede(situation, verdict).length === 0 ? 'create' : 'rotate';
}

function issueNotes(situation: Situation, verdict: IssueVerdict): readonly string[] {
  const { declaration, ledger } = situation;
  const notes: string[] = [];
  const isGone = verdict.reason === 'CurrentTokenGone';
  if (ledger?.current && verdict.cause !== 'clock' && !verdict.compromised && !isGone) {
    const places = declaration.deliverTo.length;
    const where = places === 1 ? '' : ` to ${places} destinations`;
    const until = formatDuration(situation.rotation.overlapMs);
    notes.push(`the old token keeps working until ${until} after delivery${where}`);
  }
  const wider = (verdict.fields ?? []).filter(({ widens }) => widens).map(({ field }) => field);
  if (wider.length > 0) notes.push(`allows more than before: ${wider.join(', ')}`);
  return notes;
}

/**
 * Which tokens the commit moves into `previous`: what is named or held where it is delivered; without a
 * receipt every live owned one.
 */
function supersede(situation: Situation, verdict: { readonly compromised?: true }): readonly Superseded[] {
  const { ledger, live, pendingId, previous, rotation } = situation;
  const compromised = verdict.compromised === true;
  const overlapMs = compromised ? 0 : rotation.overlapMs;
  const generations = new Map<string, number>();
  if (!ledger || compromised) for (const { token, mark } of live) generations.set(token.id, mark.generation);
  if (compromised) for (const entry of previous) generations.set(entry.id, entry.generation);
  for (const { id, generation } of findServed(situation)) generations.set(id, generation);
  if (ledger?.current) generations.set(ledger.current.id, ledger.current.generation);
  if (pendingId) generations.set(pendingId, ledger?.pending?.generation ?? 0);
  return [...generations]
    .filter(([id]) => !isOthers(situation, id))
    .map(([id, generation]) => ({ id, generation, overlapMs, compromised }));
}

/** What a fence puts into `previous`: every live token but one that another destination serves. */
export function supersedeAll({ live, index, rotation }: Situation): readonly Superseded[] {
  const { overlapMs } = rotation;
  return live
    .filter(({ token }) => !index.protectedIds.has(token.id))
    .map(({ token, mark }) => {
      return { id: token.id, generation: mark.generation, overlapMs, compromised: false };
    });
}

/** Live tokens of ours that a place names as current or holds, such as one of a former name. */
function findServed({ places, index, now }: Situation): readonly { id: string; generation: number }[] {
  return places.flatMap(({ reading, receipt }) => {
    const held = reading.kind === 'read' && reading.value.kind === 'held' ? reading.value.tokenId : undefined;
    return [receipt?.current?.id, held].flatMap((id) => {
      const found = id === undefined ? undefined : index.byId.get(id);
      if (!found?.owned || !found.mark || !isLive(found.token, now)) return [];
      return [{ id: found.token.id, generation: found.mark.generation }];
    });
  });
}
