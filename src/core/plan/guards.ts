/**
 * Safety rules over a whole plan. A refusal stops only the changes it counts, names the numbers, and the word
 * that waives it. Guards are judged when a plan is made, so that a reviewer sees them, and stop an apply.
 */
import type { Declaration } from '../manifest/types.ts';
import { digestOf } from './digest.ts';
import { isLive, type TokenIndex } from './index.ts';
import type { Change, PlanInput, Refusal } from './types.ts';
import { isWaived } from './waiver.ts';

interface Guarded {
  readonly input: PlanInput;
  readonly index: TokenIndex;
  readonly changes: readonly Change[];
}

/** Every refusal that nobody waived. */
export function guard(guarded: Guarded): readonly Refusal[] {
  return [
    ...refuseMassRevoke(guarded),
    ...refuseOwnCredential(guarded),
    ...refuseMassDisappearance(guarded),
    ...refuseUserInUse(guarded),
  ].filter((refusal) => !isWaived(guarded.input, refusal));
}

function refuseMassRevoke({ input, index, changes }: Guarded): readonly Refusal[] {
  const removed = changes.filter((change) => change.kind === 'revoke' && change.reason === 'Removed');
  if (removed.length === 0) return [];
  const { maxRevokePercent, minTokens } = input.set.guards;
  const owned = countLive(input, index);
  if (owned < minTokens) return [];
  const percent = Math.round((100 * removed.length) / owned);
  const everything = removed.length >= owned;
  if (!everything && percent <= maxRevokePercent) return [];
  const what = everything ? 'removes everything: it ' : '';
  const message =
    `this plan ${what}revokes ${removed.length} of ${owned} owned tokens without replacement` +
    ` (${percent} %, limit ${maxRevokePercent} %).` +
    ' If that is intended, run with --acknowledge revoke-threshold';
  const subjects = [...new Set(removed.map(({ subject }) => subject))].sort();
  const digest = digestOf('revoke-threshold', subjects);
  return [
    { rule: 'revoke-threshold', message, waiver: 'revoke-threshold', digest, stops: removed.map(stopKey) },
  ];
}

function refuseOwnCredential({ input, index, changes }: Guarded): readonly Refusal[] {
  const own = changes.filter(
    (change) => change.kind === 'revoke' && index.byId.get(change.tokenId)?.token.own,
  );
  return own.map((change) => ({
    rule: 'own-credential',
    message:
      `revoking "${change.subject}" would revoke the credential that ${input.title} is reached with.` +
      ' Use another credential, then run again',
    waiver: undefined,
    digest: digestOf('own-credential', change.subject),
    stops: [stopKey(change)],
  }));
}

function refuseMassDisappearance({ input, changes }: Guarded): readonly Refusal[] {
  const gone = changes.filter(({ reason }) => reason === 'CurrentTokenGone');
  if (gone.length < 4) return [];
  const known = input.set.declarations.filter((declaration) => servesToken(input, declaration)).length;
  if (gone.length * 2 <= known) return [];
  const message =
    `${gone.length} of ${known} delivered tokens vanished from ${input.title} at once,` +
    ' in two lists. That is more often a wrong organization, a missing permission or an expiry of all' +
    ' tokens than what it seems.' +
    `${input.capabilities.massRevocation ? ` ${input.capabilities.massRevocation}` : ''}` +
    ' If they are really gone, run with --acknowledge mass-disappearance';
  const digest = digestOf('mass-disappearance', gone.map(({ subject }) => subject).sort());
  // Users that vanished with their tokens are not to be made again either.
  const subjects = new Set(gone.map(({ subject }) => subject));
  const owners = new Set(
    input.set.declarations.flatMap(({ name, user }) => (subjects.has(name) ? user : [])),
  );
  const users = changes.filter(({ kind, subject }) => kind === 'createUser' && owners.has(subject));
  const stops = [...gone, ...users].map(stopKey);
  return [{ rule: 'mass-disappearance', message, waiver: 'mass-disappearance', digest, stops }];
}

/** Whether a receipt at one of its destinations names a token that is served. */
export function servesToken({ observation }: PlanInput, declaration: Declaration): boolean {
  return declaration.deliverTo.some(({ identity }) => {
    const reading = observation.readings.get(identity);
    return reading?.kind === 'read' && reading.receipt.kind === 'receipt' && reading.receipt.receipt.current;
  });
}

function refuseUserInUse({ input, changes }: Guarded): readonly Refusal[] {
  const revoked = new Set(changes.flatMap((change) => (change.kind === 'revoke' ? change.tokenId : [])));
  return changes.flatMap((change) => {
    if (change.kind !== 'removeUser') return [];
    const tokens = input.observation.tokens.get(change.userId);
    if (tokens?.kind !== 'listed') return [refuseUnlistedUser(change, tokens?.why)];
    const others = tokens.tokens.filter(
      (token) => isLive(token, input.observation.now) && !revoked.has(token.id),
    ).length;
    if (others === 0) return [];
    const message =
      `removing user "${change.subject}" would kill ${others} live ${others === 1 ? 'token' : 'tokens'}` +
      ' that this plan does not revoke (keyturn tokens shows them). Revoke them first';
    const digest = digestOf('user-in-use', change.subject);
    return [{ rule: 'user-in-use', message, waiver: undefined, digest, stops: [stopKey(change)] }];
  });
}

/** With the user its tokens die, so nobody is removed whose tokens are not known. */
function refuseUnlistedUser(change: Change, why: string | undefined): Refusal {
  const message =
    `removing user "${change.subject}" kills its tokens, and they could not be listed` +
    `${why === undefined ? '' : ` (${why})`}. Run again`;
  const digest = digestOf('user-unlisted', change.subject);
  return { rule: 'user-unlisted', message, waiver: undefined, digest, stops: [stopKey(change)] };
}

/** What tells one change of a plan from the others. */
export function stopKey(change: Change): string {
  const id = 'tokenId' in change ? change.tokenId : '';
  return `${change.kind} ${change.subject} ${id}`;
}

function countLive({ observation }: PlanInput, index: TokenIndex): number {
  return [...index.owned.values()].flat().filter(({ token }) => isLive(token, observation.now)).length;
}
