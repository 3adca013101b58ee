/**
 * The status: for every declaration of a set, how it is doing and which token it is served by. Pure, and made
 * from the same observation and plan that everything else looks at. It is a cache for people and monitors:
 * nothing that acts reads it.
 */
import type { Declaration } from './manifest/types.ts';
import { indexTokens, isLive, isOurs, type TokenIndex } from './plan/index.ts';
import { isPresent, serves } from './plan/reasons/damaged.ts';
import { nextDueAt } from './plan/reasons/wanted.ts';
import { gatherSituation, type Place, type Situation } from './plan/situation.ts';
import type { Change, Plan, PlanInput, Reason } from './plan/types.ts';
import { consumerUse } from './use.ts';

/**
 * From what a person must know first:
 * - `suspended`: nothing of it is touched; also one that another set took over.
 * - `absent`: the manifest wants it gone.
 * - `expired`: its token is dead and not replaced.
 * - `overdue`: its token dies within half its `renewBefore` and should have been replaced by now.
 * - `blocked`: something keeps it from being brought up to date; the reason says what.
 * - `missing`: it has no token at the provider.
 * - `due`: the next apply changes something about it.
 * - `rotating`: the new token is delivered, the old one still works.
 * - `ok`: none of these.
 */
export type Health =
  | 'suspended'
  | 'absent'
  | 'expired'
  | 'overdue'
  | 'blocked'
  | 'missing'
  | 'due'
  | 'rotating'
  | 'ok';

/** `taken`: it belongs to someone else. `changed`: it was ours and someone else wrote it. */
type DestinationState = 'current' | 'lacks' | 'unread' | 'changed' | 'taken';

interface DestinationStatus {
  readonly key: string;
  readonly state: DestinationState;
  /** Why it could not be read. */
  readonly why: string | undefined;
}

/** A replaced token. */
interface PreviousStatus {
  readonly id: string;
  readonly generation: number;
  readonly revokeNotBefore: number;
  /** Listed and not expired. */
  readonly alive: boolean;
}

/** Times in milliseconds since the epoch, by the provider's clock. Undefined: not known, or never. */
export interface DeclarationStatus {
  readonly name: string;
  readonly health: Health;
  /** Why it is not `ok`, as the plan says it. */
  readonly reason: Reason | undefined;
  readonly message: string | undefined;
  readonly user: string;
  readonly userId: string | undefined;
  readonly tokenId: string | undefined;
  readonly generation: number | undefined;
  readonly issuedAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly lastUsedAt: number | undefined;
  readonly lastUsedFrom: string | undefined;
  readonly nextDueAt: number | undefined;
  readonly previous: readonly PreviousStatus[];
  readonly destinations: readonly DestinationStatus[];
}

export interface SetStatus {
  readonly set: string;
  readonly title: string;
  readonly ownerId: string;
  readonly now: number;
  /** Whether the provider tells last use; without that an unset `lastUsedAt` says nothing. */
  readonly tellsLastUse: boolean;
  readonly declarations: readonly DeclarationStatus[];
}

/** Looks at every declaration that was planned; `plan` must have been made from `input`. */
export function summarize(input: PlanInput, plan: Plan): SetStatus {
  const index = indexTokens(input.set, input.observation, input.owner);
  const bySubject = Map.groupBy(plan.changes, ({ subject }) => subject);
  const { only } = input.requests;
  const declarations = input.set.declarations
    .filter(({ name }) => only?.has(name) ?? true)
    .map((declaration) =>
      describe(input, index, { declaration, changes: bySubject.get(declaration.name) ?? [] }),
    );
  const { set, title, ownerId, now } = plan;
  return { set, title, ownerId, now, tellsLastUse: input.capabilities.lastUsed, declarations };
}

function describe(
  input: PlanInput,
  index: TokenIndex,
  { declaration, changes }: { readonly declaration: Declaration; readonly changes: readonly Change[] },
): DeclarationStatus {
  const situation = gatherSituation(input, index, declaration);
  const { currentToken, ledger, user, places } = situation;
  const previous = describePrevious(situation);
  const health = judgeHealth(situation, changes, previous);
  const why = health === 'ok' ? undefined : changes.find(isTelling);
  return {
    name: declaration.name,
    health,
    reason: why?.reason,
    message: why?.message,
    user: user?.name ?? declaration.user,
    userId: user?.id,
    tokenId: ledger?.current?.id,
    generation: ledger?.current?.generation,
    issuedAt: currentToken?.createdAt ?? ledger?.current?.issuedAt,
    expiresAt: currentToken?.expiresAt,
    ...consumerUse(currentToken),
    nextDueAt: nextDueAt(situation),
    previous,
    destinations: places.map((place) => describePlace(situation, place)),
  };
}

function describePrevious({ previous, index, now }: Situation): readonly PreviousStatus[] {
  return previous.map(({ id, generation, revokeNotBefore }) => {
    const token = index.byId.get(id)?.token;
    return { id, generation, revokeNotBefore, alive: token !== undefined && isLive(token, now) };
  });
}

/** The first that holds, in the order of {@link Health}. */
function judgeHealth(
  situation: Situation,
  changes: readonly Change[],
  previous: readonly PreviousStatus[],
): Health {
  const { declaration, input, index, currentToken, now } = situation;
  if (declaration.suspend || input.set.suspend || declaration.state === 'Moved') return 'suspended';
  const isAbsent = declaration.state === 'Absent' || index.absentUsers.has(declaration.user);
  if (isAbsent || input.requests.destroy) return 'absent';
  if (currentToken && !isLive(currentToken, now)) return 'expired';
  if (changes.some(({ reason }) => reason === 'Expired')) return 'expired';
  if (isOverdue(situation)) return 'overdue';
  if (changes.some(isBlocked)) return 'blocked';
  if (!isPresent(situation)) return 'missing';
  if (changes.some(({ kind, reason }) => kind !== 'keep' && reason !== 'Superseded')) return 'due';
  return previous.some(({ alive }) => alive) ? 'rotating' : 'ok';
}

function isOverdue({ currentToken, declaration, now }: Situation): boolean {
  if (currentToken?.expiresAt === undefined) return false;
  const lifetimeMs = currentToken.expiresAt - currentToken.createdAt;
  const renewBeforeMs = declaration.rotation.renewBeforeMs ?? lifetimeMs / 3;
  return currentToken.expiresAt - now <= renewBeforeMs / 2;
}

/** Kept for want of something, or changed only if someone approves. */
function isBlocked(change: Change): boolean {
  return change.kind === 'keep' ? change.reason !== 'Current' : !change.approved;
}

/** The change that says why a declaration is not `ok`. */
function isTelling({ kind, reason }: Change): boolean {
  return kind !== 'keep' || reason !== 'Current';
}

function describePlace({ ledger, input }: Situation, place: Place): DestinationStatus {
  const { key } = place.reference;
  const { reading } = place;
  const say = (state: DestinationState, why?: string): DestinationStatus => ({ key, state, why });
  if (reading.kind === 'unknown') return say('unread', reading.why);
  const { receipt, value } = reading;
  if (receipt.kind === 'newer') return say('unread', 'its receipt was written by a newer keyturn');
  if (receipt.kind === 'corrupt') return say('unread', `its receipt cannot be read: ${receipt.why}`);
  if (receipt.kind === 'receipt' && !place.receipt) {
    const isTheirs = !isOurs(input.owner, receipt.receipt.owner);
    return say('taken', isTheirs ? 'it belongs to another owner' : `it holds "${receipt.receipt.token}"`);
  }
  if (ledger?.current && serves(place, ledger.current.id)) return say('current');
  if (receipt.kind === 'none' && (value.kind === 'foreign' || value.kind === 'opaque')) {
    return say('taken', 'it holds a value that keyturn did not deliver');
  }
  const isChanged = value.kind === 'foreign' || (value.kind === 'opaque' && value.changed);
  return say(isChanged ? 'changed' : 'lacks');
}
