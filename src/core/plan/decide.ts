/**
 * Asks the reasons one after the other. Where config changes need approval and the first match has none, the
 * declaration falls through to the first clock or drift reason and is issued as it was: so nobody gets wider
 * scopes by deleting a Secret, and no token expires because a review is slow (DESIGN 4.1, "Unapproved").
 */
import { hashSpec } from '../spec.ts';
import type { DestinationReference } from '../manifest/types.ts';
import { digestDelivery, digestFor } from './digest.ts';
import { digestOfIssue } from './issue.ts';
import { knownTargets, newestToken } from './known.ts';
import { withinLongestMaxAge } from './longest-max-age.ts';
import { reasons } from './reasons/index.ts';
import { issuesAnotherSpec, specChanged } from './reasons/wanted.ts';
import type { Situation } from './situation.ts';
import type { Verdict } from './verdict.ts';

export interface Decision {
  readonly verdict: Verdict;
  /** What the manifest asks for and nobody approved. */
  readonly withheld: Verdict | undefined;
}

/** The first verdict that may be acted on. The list of reasons ends in one that always says something. */
export function decide(situation: Situation): Decision {
  let withheld: Verdict | undefined;
  for (const reason of reasons) {
    const said = reason(situation);
    if (said === undefined) continue;
    const verdict = nowhereKnown(situation, asFirst(situation, said));
    if (isApproved(situation, verdict)) {
      const isRepair = verdict.kind === 'issue' && verdict.cause !== 'config';
      const chosen = isRepair ? asItWas(situation, verdict) : verdict;
      return { verdict: withinLongestMaxAge(situation, chosen), withheld };
    }
    withheld ??= verdict;
  }
  return { verdict: { kind: 'keep', reason: 'AwaitingApproval', message: 'awaits approval' }, withheld };
}

/**
 * A repair goes where an earlier token went. Where that is nowhere that is declared now, the manifest leads
 * the value elsewhere, whatever else happened.
 */
function nowhereKnown(situation: Situation, verdict: Verdict): Verdict {
  if (verdict.kind !== 'issue' || verdict.cause === 'config') return verdict;
  const { declaration, input } = situation;
  const { approved } = input.requests;
  const isOpen = (to: DestinationReference): boolean =>
    approved !== 'all' && approved.has(digestDelivery(input.set, declaration.name, to));
  if (knownTargets(situation, isOpen).length > 0) return verdict;
  const message = `${verdict.message}; no token of it went where it is to go now`;
  return { ...verdict, cause: 'config', message };
}

function isApproved(situation: Situation, verdict: Verdict): boolean {
  const { approved } = situation.input.requests;
  if (approved === 'all') return true;
  const { declaration, input } = situation;
  const { set } = input;
  switch (verdict.kind) {
    case 'issue':
      return verdict.cause !== 'config' || approved.has(digestOfIssue(situation, verdict));
    case 'deliver':
      return (
        verdict.cause !== 'config' ||
        approved.has(digestDelivery(set, declaration.name, verdict.to.reference))
      );
    case 'end':
      return approved.has(digestFor(set, 'end', declaration.name));
    default:
      return true;
  }
}

/**
 * Where neither a receipt nor a token tells what was approved before, as after a first attempt of which
 * nothing came, an issue needs the approval of a first one: the manifest may have been edited since.
 */
function asFirst({ input, ledger, owned }: Situation, verdict: Verdict): Verdict {
  if (input.requests.approved === 'all' || verdict.kind !== 'issue' || verdict.cause === 'config')
    return verdict;
  if (ledger?.current || owned.length > 0) return verdict;
  const message = `${verdict.message}; nothing tells what was approved for it before`;
  return { kind: 'issue', reason: 'Missing', cause: 'config', message };
}

/** The same rotation with the spec that is served now; refused when that can no longer be told. */
function asItWas(situation: Situation, verdict: Verdict & { readonly kind: 'issue' }): Verdict {
  if (situation.input.requests.approved === 'all') return verdict;
  if (!situation.ledger?.current) return asNewest(situation, verdict);
  if (!issuesAnotherSpec(situation) || isSpecApproved(situation)) return verdict;
  const { currentToken } = situation;
  if (currentToken) return { ...verdict, spec: currentToken.spec };
  const why = 'its declared fields changed and nobody approved that, so it is overdue';
  const message = `${verdict.message}; ${why}`;
  return { kind: 'refuse', reason: 'AwaitingApproval', message, waiver: undefined };
}

/** Where no receipt names a token, the newest of its tokens tells what was approved before. */
function asNewest(situation: Situation, verdict: Verdict & { readonly kind: 'issue' }): Verdict {
  const { declaration } = situation;
  const newest = newestToken(situation);
  if (!newest) return verdict;
  const declared = hashSpec(declaration.user, declaration.spec, Number(newest.mark.specHash[0]));
  return declared === newest.mark.specHash ? verdict : { ...verdict, spec: newest.token.spec };
}

function isSpecApproved(situation: Situation): boolean {
  const wanted = specChanged(situation);
  return wanted !== undefined && isApproved(situation, wanted);
}
