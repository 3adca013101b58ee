/**
 * The end of a rotation for a compromised token: whoever has an older one must not have it until the next
 * run. Only after the new token is delivered everywhere, and with the same look at every destination as any
 * revoke.
 */
import { DeliveryError, ProviderError } from '../../core/errors.ts';
import { parseDescription } from '../../core/mark.ts';
import type { TokenRecord } from '../../core/observation.ts';
import type { Change } from '../../core/plan/types.ts';
import { declarationOf, type Work } from '../work.ts';
import type { IssueChange } from './attempt.ts';
import { confirmRevoked, revoke, strike } from './revoke.ts';

type RevokeChange = Change & { readonly kind: 'revoke' };

/**
 * Revokes what a compromise superseded.
 *
 * @returns what became of the older tokens, in words; what could not be revoked now waits in `previous`.
 */
export async function revokeCompromised(work: Work, change: IssueChange): Promise<string | undefined> {
  const revokes = plannedRevokes(work, change);
  if (revokes.length === 0) return undefined;
  const sent: RevokeChange[] = [];
  const holders = new Set<string>();
  for (const planned of revokes) {
    try {
      await revoke(work, planned);
      sent.push(planned);
    } catch (error) {
      if (!(error instanceof DeliveryError || error instanceof ProviderError)) throw error;
      if (error instanceof DeliveryError) holders.add(`"${error.destination}"`);
    }
  }
  const gone = [...(await confirmRevoked(work, sent))].map(({ tokenId }) => tokenId);
  await strike(work, change.subject, gone);
  const left = revokes.length - gone.length;
  const done = gone.length === 1 ? 'the older token is revoked' : `${gone.length} older tokens are revoked`;
  if (left === 0) return done;
  // Such as one that left the manifest and is emptied only after this.
  const because = holders.size === 0 ? '' : ` because of what lies at ${[...holders].join(', ')}`;
  return `${done}; ${left} could not be confirmed revoked${because}, run again`;
}

/**
 * The credential in use is left to the guard of the next plan, and what a destination of another declaration
 * holds to the hour that a compromised token has.
 */
function plannedRevokes(work: Work, change: IssueChange): readonly RevokeChange[] {
  const { observation } = work;
  if (!change.issue.supersedes.some(({ compromised }) => compromised)) return [];
  const { deliverTo } = declarationOf(work, change.subject);
  const dropped = observation.dropped.get(change.subject) ?? [];
  // What was given to another declaration is that one's.
  const neighbours = work.run.sets.flatMap(({ set }) => set.declarations);
  const given = new Set(
    neighbours.flatMap(({ name, deliverTo: to }) =>
      name === change.subject ? [] : to.map(({ identity }) => identity),
    ),
  );
  const left = dropped.filter(({ identity }) => !given.has(identity));
  const own = new Set([...deliverTo, ...left].map(({ identity }) => identity));
  const others = [...observation.readings].flatMap(([identity, reading]) =>
    own.has(identity) || reading.kind === 'unknown' ? [] : reading,
  );
  const elsewhere = new Set(others.map(({ value }) => (value.kind === 'held' ? value.tokenId : undefined)));
  // What another declaration replaced waits for its overlap, unless its mark says that it is of this one.
  const promised = new Set<string>();
  for (const { receipt: found } of others) {
    if (found.kind !== 'receipt') continue;
    elsewhere.add(found.receipt.current?.id);
    for (const { id } of found.receipt.previous) promised.add(id);
  }
  return change.issue.supersedes.flatMap(({ id, generation, compromised }): readonly RevokeChange[] => {
    if (!compromised || elsewhere.has(id)) return [];
    for (const [userId, tokens] of observation.tokens) {
      const token = tokens.kind === 'listed' ? tokens.tokens.find((row) => row.id === id) : undefined;
      if (token && !token.own && (!promised.has(id) || isOf(token, change.subject))) {
        return [{ ...change, kind: 'revoke', reason: 'Superseded', tokenId: id, userId, generation }];
      }
    }
    return [];
  });
}

function isOf({ description }: TokenRecord, declaration: string): boolean {
  const reading = parseDescription(description);
  return reading.kind === 'mark' && reading.mark.declaration === declaration;
}
