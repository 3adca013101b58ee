/** Turns what was judged about one declaration into changes, in the order in which they are applied. */
import { assertNever } from '../errors.ts';
import { roughDuration } from '../duration.ts';
import { agreedTerms, findDifferences, mustAgreeFirst, unagreedReceipt } from './agreed.ts';
import { judgeDeliveries, judgeDescription, judgeEnd, judgeEnded, judgeWithdrawals } from './destinations.ts';
import { digestDelivery, digestFor } from './digest.ts';
import { buildIssue, supersedeAll } from './issue.ts';
import { describeUse } from '../use.ts';
import { knownTargets } from './known.ts';
import type { Leftovers } from './leftovers.ts';
import { nextDueAt } from './reasons/wanted.ts';
import { say } from './say.ts';
import type { Situation } from './situation.ts';
import type { Change, Reason, Refusal } from './types.ts';
import type { Verdict } from './verdict.ts';
import { refusalDigest } from './waiver.ts';

/** Everything that is to be done about one declaration. */
export function buildChanges(
  situation: Situation,
  verdict: Verdict,
  leftovers: Leftovers,
): readonly Change[] {
  const changes = [buildTokenChange(situation, verdict)];
  if (verdict.kind === 'end') {
    const end = buildEnd(situation, verdict);
    if (end.length === 0) return changes;
    const { input, declaration, ledger } = situation;
    const isFirst = ledger !== undefined && mustAgreeFirst(input, declaration, ledger);
    return isFirst ? [...buildTerms(situation), ...end] : end;
  }
  if (isBlocked(verdict)) {
    // Nothing is done about it, and a person is shown what is to be approved first.
    const isAwaiting = verdict.kind === 'keep' && verdict.reason === 'AwaitingApproval';
    return isAwaiting ? [...changes, ...buildTerms(situation)] : changes;
  }
  if (verdict.kind === 'keep') {
    changes.push(...buildTerms(situation), ...buildDeliveries(situation), ...buildUpdate(situation));
  } else changes.push(...buildTerms(situation));
  const isOnlyKept = verdict.kind === 'keep' && changes.length > 1;
  return [
    ...(isOnlyKept ? changes.slice(1) : changes),
    ...buildWithdrawals(situation),
    ...buildLeftovers(situation, leftovers),
  ];
}

/** Verdicts under which nothing else of the declaration may be touched either. */
function isBlocked(verdict: Verdict): boolean {
  const blocking: readonly Reason[] = [
    'Suspended',
    'Moved',
    'Unobserved',
    'ProviderChanged',
    'AwaitingApproval',
    'Busy',
  ];
  return verdict.kind === 'refuse' || (verdict.kind === 'keep' && blocking.includes(verdict.reason));
}

function buildTokenChange(situation: Situation, verdict: Verdict): Change {
  const { declaration } = situation;
  const subject = declaration.name;
  switch (verdict.kind) {
    case 'keep':
    case 'end':
      return { ...say(subject, verdict), kind: 'keep', nextDueAt: nextDueAt(situation), refusal: undefined };
    case 'refuse':
      return {
        ...say(subject, verdict),
        kind: 'keep',
        nextDueAt: undefined,
        refusal: refuse(subject, verdict),
      };
    case 'issue':
      return buildIssue(situation, verdict);
    case 'deliver': {
      const to = verdict.to.reference;
      const from = verdict.from.reference;
      const tokenId = situation.ledger?.current?.id ?? '';
      const digest =
        verdict.cause === 'config' ? digestDelivery(situation.input.set, subject, to) : undefined;
      return { ...say(subject, verdict, verdict.cause), kind: 'deliver', from, to, tokenId, digest };
    }
    case 'mendReceipt': {
      const mend = { what: 'receipt' as const, at: verdict.at.reference, tokenId: verdict.tokenId };
      return { ...say(subject, verdict, 'drift'), kind: 'mend', mend };
    }
    case 'fence': {
      const isAll = situation.input.requests.approved === 'all';
      const to = isAll ? situation.declaration.deliverTo : knownTargets(situation);
      const destinations = to.map(({ key }) => key);
      const mend = { what: 'fence' as const, supersedes: supersedeAll(situation), destinations };
      return { ...say(subject, verdict, 'drift'), kind: 'mend', mend };
    }
    case 'mendMark': {
      const userId = situation.user?.id ?? '';
      const mend = { what: 'mark' as const, tokenId: verdict.tokenId, userId };
      return { ...say(subject, verdict, 'drift'), kind: 'mend', mend };
    }
    default:
      return assertNever(verdict);
  }
}

/** The change that a verdict asks for, without what is done about the declaration besides. */
export function buildAsked(situation: Situation, verdict: Verdict): readonly Change[] {
  return verdict.kind === 'end' ? buildEnd(situation, verdict) : [buildTokenChange(situation, verdict)];
}

function buildEnd(situation: Situation, said: Verdict & { readonly kind: 'end' }): readonly Change[] {
  const { declaration, now, input } = situation;
  const subject = declaration.name;
  const digest = digestFor(input.set, 'end', subject);
  const withdrawals = judgeEnd(situation).map(
    ({ from, receiptIsOurs, valueIsOurs }): Change => ({
      ...say(subject, { reason: 'Absent', message: `takes it away from "${from.reference.key}"` }, 'config'),
      kind: 'withdraw',
      from: from.reference,
      receiptIsOurs,
      valueIsOurs,
      digest,
    }),
  );
  const revokes = judgeEnded(situation).map(({ token, generation, userId }): Change => {
    const message = [said.message, describeUse(token, now, situation.input.capabilities)]
      .filter(Boolean)
      .join('; ');
    const base = say(subject, { reason: 'Absent', message }, 'config');
    return { ...base, kind: 'revoke', tokenId: token.id, userId, generation, digest };
  });
  return [...withdrawals, ...revokes];
}

function buildTerms({ input, declaration, places, ledger }: Situation): readonly Change[] {
  const receipt = ledger ?? unagreedReceipt(input, places);
  if (!receipt) return [];
  return findDifferences(input, declaration, receipt).map(({ reason, fields, digest }): Change => {
    const message = reason === 'HandedOver' ? 'tokens of former owners count as ours' : 'its terms changed';
    const mend = { what: 'terms' as const, terms: agreedTerms(input, declaration, ledger) };
    return { ...say(declaration.name, { reason, message }, 'config'), kind: 'mend', mend, fields, digest };
  });
}

function buildDeliveries(situation: Situation): readonly Change[] {
  const { declaration, ledger, input } = situation;
  return judgeDeliveries(situation).map(({ from, to, cause, message }) => ({
    ...say(declaration.name, { reason: 'DestinationMissing', message }, cause),
    kind: 'deliver',
    from: from.reference,
    to: to.reference,
    tokenId: ledger?.current?.id ?? '',
    digest: cause === 'config' ? digestDelivery(input.set, declaration.name, to.reference) : undefined,
  }));
}

function buildWithdrawals(situation: Situation): readonly Change[] {
  const { declaration, input } = situation;
  const { name } = declaration;
  return judgeWithdrawals(situation).map(({ from, receiptIsOurs, valueIsOurs }) => ({
    ...say(name, { reason: 'Withdrawn', message: `"${from.reference.key}" left the manifest` }, 'config'),
    kind: 'withdraw',
    from: from.reference,
    receiptIsOurs,
    valueIsOurs,
    digest: digestFor(input.set, 'withdraw', name, from.reference.key),
  }));
}

function buildUpdate(situation: Situation): readonly Change[] {
  const update = judgeDescription(situation);
  if (!update) return [];
  const { name } = situation.declaration;
  const fields = [{ field: 'description', old: update.old, new: update.human, widens: false }];
  const message = `description: "${update.old}" → "${update.human}"`;
  return [
    {
      ...say(name, { reason: 'DescriptionChanged', message }, 'config'),
      kind: 'update',
      userId: situation.user?.id ?? '',
      tokenId: update.tokenId,
      human: update.human,
      fields,
      digest: digestFor(situation.input.set, 'update', name, update.old, update.human),
    },
  ];
}

function buildLeftovers(situation: Situation, leftovers: Leftovers): readonly Change[] {
  const { name } = situation.declaration;
  const { index, now, rotation } = situation;
  const drains = leftovers.orphans.map(({ id, generation }): Change => {
    const message = `generation ${generation} was issued but never delivered`;
    const base = say(name, { reason: 'Orphaned', message }, 'drift');
    return { ...base, kind: 'drain', tokenId: id, generation, overlapMs: rotation.overlapMs };
  });
  const revokes = leftovers.revocable.map(({ entry, note }): Change => {
    const { token, userId = '' } = index.byId.get(entry.id) ?? {};
    const ago = `replaced ${roughDuration(now - entry.revokeNotBefore + entry.overlap)} ago`;
    const message = [ago, describeUse(token, now, situation.input.capabilities)].filter(Boolean).join('; ');
    const base = say(name, { reason: 'Superseded', message }, 'clock');
    const notes = note === undefined ? [] : [note];
    return { ...base, kind: 'revoke', tokenId: entry.id, userId, generation: entry.generation, notes };
  });
  return [...drains, ...revokes, ...buildGone(name, leftovers.gone)];
}

function buildGone(name: string, ids: readonly string[]): readonly Change[] {
  if (ids.length === 0) return [];
  const what = ids.length === 1 ? 'a replaced token is' : `${ids.length} replaced tokens are`;
  const base = say(name, { reason: 'PreviousGone', message: `${what} gone from the provider` }, 'drift');
  return [{ ...base, kind: 'mend', mend: { what: 'previous', ids } }];
}

function refuse(subject: string, verdict: Verdict & { readonly kind: 'refuse' }): Refusal {
  const message = `"${subject}": ${verdict.message}`;
  const digest = refusalDigest(verdict.reason, subject);
  return { rule: verdict.reason, message, waiver: verdict.waiver, digest, stops: [subject] };
}
