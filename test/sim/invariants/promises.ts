/**
 * What the engine has promised about a change before it begins it (DESIGN 4 and 5), judged by what the world
 * knows. The invariants of DESIGN 9 cannot see most of these, because each has a second protection behind it;
 * without these checks the first one could go and nobody would notice.
 */
import { hashOwner, parseDescription } from '../../../src/core/mark.ts';
import type { Change, Requests } from '../../../src/core/plan/types.ts';
import type { ReportEntry } from '../../../src/core/report.ts';
import type { SetName } from '../draft.ts';
import { isAlive, type OrganizationToken } from '../organization.ts';
import type { Process } from '../process.ts';
import { checkApproval } from './approval.ts';
import { addOne, restsOf, watchOf } from './watch.ts';
import { Violation, type World } from '../world.ts';

const minute = 60_000;
const orphanAgeMs = 15 * minute;
const listLagMs = 5 * minute;
const longestRestMs = 60 * minute;
/** How far the two clocks of a machine may get apart within a run. */
const mostApartMs = 1_500;
/** What one pass of one set may take away, or believe gone, without being asked again. */
const fewTokens = 4;
const mostRemovedPercent = 25;

export interface Beginning {
  readonly set: string;
  readonly change: Change;
  readonly requests: Requests;
}

/** P1 to P7, and P31: when a pass begins a change. */
export function checkBeginning(world: World, process: Process, beginning: Beginning): void {
  checkApproval(world, process, beginning);
  checkSuspension(process, beginning);
  checkDrain(world, beginning.change);
  checkGone(world, process, beginning);
  checkMass(world, process, beginning);
  checkRest(world, process, beginning);
  checkRoom(process, beginning);
  checkClocks(process, beginning);
}

/** P8, and the notes for P6 and P7: when a change has ended. */
export function checkEnding(
  world: World,
  process: Process,
  { set, entry }: { readonly set: string; readonly entry: ReportEntry },
): void {
  const { change, outcome } = entry;
  const key = `${set}/${change.subject}`;
  if (outcome === 'done') addOne(watchOf(process).done, `${key} ${change.reason}`);
  if (change.kind !== 'create' && change.kind !== 'rotate') return;
  const rests = restsOf(process);
  if (outcome === 'done') rests.delete(key);
  if (outcome === 'failed') {
    const failures = 1 + (rests.get(key)?.failures ?? 0);
    const restMs = Math.min(longestRestMs, minute * 2 ** (failures - 1));
    // As the process knows the time: a laptop that slept learns of it with the next answer.
    const nowMs = process.clock.now() ?? world.scheduler.now();
    rests.set(key, { failures, untilMs: nowMs + restMs });
  }
  if (outcome === 'done' && change.reason === 'Compromised') checkCompromise(world, process, { set, entry });
}

/** P2: nothing of what is suspended is touched. */
function checkSuspension({ draft }: Process, { set, change }: Beginning): void {
  const shape = draft.shapes.find(({ name, removed }) => name === change.subject && !removed);
  if (draft.suspendedSet === set || (shape?.suspend && shape.set === set))
    throw new Violation('P2', `${say(change)} was begun while it is suspended`);
}

/** P3: whoever made a token has time to deliver it. */
function checkDrain({ organization, scheduler }: World, change: Change): void {
  if (change.kind !== 'drain') return;
  const ageMs = scheduler.now() - (organization.tokens.get(change.tokenId)?.createdAt ?? 0);
  if (ageMs < orphanAgeMs)
    throw new Violation('P3', `${change.tokenId} was drained ${Math.round(ageMs / 1_000)} s after its issue`);
}

/** P4: a token that lives is replaced as gone only when it is too old for the lag and two lists hid it. */
function checkGone(world: World, process: Process, { set, change }: Beginning): void {
  if (change.reason !== 'CurrentTokenGone' || change.kind !== 'rotate') return;
  const token = currentOf(world, process, { set, name: change.subject });
  // A restored backup may name another one, and the ledger is one of them.
  if (change.issue.supersedes.length > 1) return;
  const now = world.scheduler.now();
  if (!token || !isAlive(token, now)) return;
  const { hidden, observations } = watchOf(process);
  const isYoung = now - token.createdAt < listLagMs && !observations.get(set)?.refused.has(token.id);
  const times = hidden.get(token.id) ?? 0;
  if (isYoung || times < 2)
    throw new Violation('P4', `${token.id} lives and was replaced as gone after ${times} lists hid it`);
}

/** P5: one pass does not take everything away, nor believe everything gone, unless that was waived. */
function checkMass(world: World, process: Process, { set, change, requests }: Beginning): void {
  const isRemoval = change.kind === 'revoke' && change.reason === 'Removed';
  const isGone = change.kind === 'rotate' && change.reason === 'CurrentTokenGone';
  if (!isRemoval && !isGone) return;
  if (requests.acknowledge.has(isRemoval ? 'revoke-threshold' : 'mass-disappearance')) return;
  const times = addOne(watchOf(process).begun, `${set} ${change.reason}`);
  const own = process.draft.shapes.filter((shape) => shape.set === set && !shape.removed);
  const of = isRemoval
    ? ownedBy(process, set)
    : own.filter(({ name }) => currentOf(world, process, { set, name })).length;
  // Half a percent and more is rounded up in the plan.
  const isTooMuch = isRemoval ? times * 100 >= (mostRemovedPercent + 0.5) * of : times * 2 > of;
  if ((isRemoval ? of : times) >= fewTokens && isTooMuch)
    throw new Violation('P5', `${change.reason}: one pass takes ${times} of ${of} tokens of ${set}`);
}

/** P6: after an issue that failed the declaration rests, longer every time. */
function checkRest({ scheduler }: World, process: Process, { set, change }: Beginning): void {
  if (change.kind !== 'create' && change.kind !== 'rotate') return;
  const rest = restsOf(process).get(`${set}/${change.subject}`);
  // The provider's time is told in whole seconds.
  if (rest && scheduler.now() < rest.untilMs - 2_000)
    throw new Violation('P6', `${say(change)} was begun although ${rest.failures} attempts just failed`);
}

/** P7: where there are too many tokens, one is issued only after others are known to be revoked. */
function checkRoom(process: Process, { set, change }: Beginning): void {
  if (change.kind !== 'create' && change.kind !== 'rotate') return;
  const { revokesFirst = 0 } = change.issue;
  const revoked = watchOf(process).done.get(`${set}/${change.subject} Superseded`) ?? 0;
  if (revoked < revokesFirst)
    throw new Violation('P7', `${say(change)} needed ${revokesFirst} revokes and had ${revoked}`);
}

/** P31: whoever cannot tell when his run began does not know what was issued since (docs/adr/0016). */
function checkClocks(process: Process, { change }: Beginning): void {
  const { apartMs } = watchOf(process);
  if (change.kind === 'revoke' && change.reason === 'Removed' && apartMs > mostApartMs)
    throw new Violation('P31', `${say(change)} was begun although the clocks got ${apartMs} ms apart`);
}

/** P8: a rotation for a compromise that says it is done has killed what it could see. */
function checkCompromise(
  world: World,
  process: Process,
  { set, entry: { change, detail = '' } }: { readonly set: string; readonly entry: ReportEntry },
): void {
  if (change.kind !== 'rotate' || detail.includes('could not be confirmed')) return;
  for (const { id, compromised } of change.issue.supersedes) {
    const token = world.organization.tokens.get(id);
    if (!compromised || token?.whose !== 'keyturn' || !isAlive(token, world.scheduler.now())) continue;
    const isInUse = world.episode.credentialId === id || watchOf(process).inUse.has(id);
    const isOwn = token.mark?.declaration === change.subject;
    if (isInUse || !process.shownToPlan.has(id)) continue;
    if (isElsewhere(process, { set, id, name: change.subject, isOwn })) continue;
    throw new Violation('P8', `${id} is compromised and lives after ${change.subject} was rotated for it`);
  }
}

/**
 * Where a place of another declaration had it, or one that the manifest dropped, it has its hour; so it has
 * where another declaration promised an overlap for it, unless it is this one's by its mark.
 */
function isElsewhere(
  process: Process,
  { set, id, name, isOwn }: { set: string; id: string; name: string; isOwn: boolean },
): boolean {
  const shape = process.draft.shapes.find((one) => one.name === name && !one.removed);
  const readings = watchOf(process).observations.get(set)?.readings ?? [];
  return [...readings].some(([identity, reading]) => {
    if (reading.kind === 'unknown' || shape?.to.some((to) => identity.endsWith(`/${to}`))) return false;
    const { value, receipt } = reading;
    if (value.kind === 'held' && value.tokenId === id) return true;
    if (receipt.kind !== 'receipt') return false;
    const { current, previous } = receipt.receipt;
    return current?.id === id || (!isOwn && previous.some((entry) => entry.id === id));
  });
}

/** The token that the places of a declaration name, the one of the highest generation. */
function currentOf(
  { organization }: World,
  process: Process,
  { set, name }: { readonly set: string; readonly name: string },
): OrganizationToken | undefined {
  const shape = process.draft.shapes.find((one) => one.name === name && one.set === set && !one.removed);
  const readings = watchOf(process).observations.get(set)?.readings ?? [];
  const named = [...readings].flatMap(([identity, reading]) => {
    const isOwn = shape?.to.some((to) => identity.endsWith(`/${to}`));
    if (!isOwn || reading.kind === 'unknown' || reading.receipt.kind !== 'receipt') return [];
    const { token, current } = reading.receipt.receipt;
    return token === name || shape?.formerly.includes(token) ? (current ?? []) : [];
  });
  const [highest] = named.toSorted((a, b) => b.generation - a.generation);
  return highest && organization.tokens.get(highest.id);
}

/** Live tokens of the set's owners that the lists before the plan showed. */
function ownedBy(process: Process, set: string): number {
  const observation = watchOf(process).observations.get(set);
  const owners = ownersOf(process, set);
  const rows = [...(observation?.tokens.values() ?? [])].flatMap((list) =>
    list.kind === 'listed' ? list.tokens : [],
  );
  return rows.filter(({ description, expiresAt }) => {
    const reading = parseDescription(description);
    const isLive = expiresAt === undefined || expiresAt > (observation?.now ?? 0);
    return isLive && reading.kind === 'mark' && owners.has(reading.mark.owner);
  }).length;
}

function ownersOf({ draft }: Process, set: string): ReadonlySet<string> {
  const name = set as SetName;
  const former = draft.formerOwners[name].map((old) => hashOwner(old.ownerId, old.name));
  return new Set([hashOwner(draft.ownerIds[name], name), ...former]);
}

function say({ kind, subject, reason }: Change): string {
  return `${kind} ${subject} (${reason})`;
}
