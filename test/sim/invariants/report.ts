/**
 * What must hold when a pass is over: S5, that no token is forgotten, and that the guards stopped what nobody
 * acknowledged.
 */
import { hashOwner, parseDescription } from '../../../src/core/mark.ts';
import type { Change, Reason } from '../../../src/core/plan/types.ts';
import type { SetReport } from '../../../src/engine/run.ts';
import { isServed, placesOf, type Shape } from '../draft.ts';
import { isAlive, type OrganizationToken } from '../organization.ts';
import { kindOf, receiptAt } from '../place.ts';
import type { Process } from '../process.ts';
import { placeOf, Violation, type World } from '../world.ts';
import { shapeOf } from './seen.ts';

const orphanAgeMs = 15 * 60_000;
/** S5: complete passes that may go by before an orphan is drained. */
const mostOverlooked = 2;

/** S5: counts how often a complete pass without faults leaves an orphan where it is. */
export function checkOrphans(world: World, process: Process, reports: readonly SetReport[]): void {
  if (process.faults > 0) return;
  // A destination that refuses to be written holds a drain up.
  const tried = new Set(
    reports.flatMap(({ entries }) =>
      entries.flatMap(({ change }) => (change.kind === 'drain' ? change.tokenId : [])),
    ),
  );
  const settled = new Set(
    reports.flatMap(({ plan }) => plan.changes.filter(isSettled).map(({ subject }) => subject)),
  );
  for (const token of world.organization.tokens.values()) {
    const shape = token.mark && shapeOf(process, token.mark.declaration);
    const isJudged = shape && isServed(process.draft, shape) && settled.has(shape.name);
    const isOld = world.scheduler.now() - token.createdAt > orphanAgeMs + 10 * 60_000;
    if (!isJudged || !isOld || !isOrphan(world, process, { token, to: shape.to })) continue;
    if (!isKnown(world, process, { token, shape })) continue;
    if (tried.has(token.id)) continue;
    if (++token.overlooked > mostOverlooked)
      throw new Violation(
        'S5',
        `${token.id} of ${shape.name} was left by ${token.overlooked} complete passes`,
      );
  }
}

/** The process could tell that it is ours, and that nobody is served with it. */
function isKnown(
  world: World,
  process: Process,
  { token, shape }: { readonly token: OrganizationToken; readonly shape: Shape },
): boolean {
  const { id, description } = token;
  const reading = parseDescription(description);
  if (reading.kind !== 'mark' || reading.mark.declaration !== shape.name) return false;
  const isOfSet = hashOwner(process.draft.ownerIds[shape.set], shape.set) === reading.mark.owner;
  const [first = ''] = placesOf(shape);
  const isFenced = receiptAt(placeOf(world, first, process.machine)) !== undefined;
  return (
    isOfSet && isFenced && process.shownToPlan.has(id) && shape.to.every((name) => process.readAt.has(name))
  );
}

/** Nothing keeps the declaration from being looked after. */
function isSettled({ kind, reason }: Change): boolean {
  const settled: readonly Reason[] = ['Current'];
  return kind === 'keep' && settled.includes(reason);
}

function isOrphan(
  world: World,
  process: Process,
  { token, to }: { readonly token: OrganizationToken; readonly to: readonly string[] },
): boolean {
  if (token.whose !== 'keyturn' || !isAlive(token, world.scheduler.now())) return false;
  return [...world.places.values()].every((place) => {
    const isRelevant = to.includes(place.name) || kindOf(place.name) !== 'local';
    const receipt = isRelevant ? receiptAt(place) : receiptAt(placeOf(world, place.name, process.machine));
    const named = [receipt?.current?.id, ...(receipt?.previous ?? []).map(({ id }) => id)];
    return (
      place.value !== token.value &&
      !named.includes(token.id) &&
      receipt?.pending?.nonce !== token.mark?.nonce
    );
  });
}

/** DESIGN 4.4: what a guard refuses is not done unless somebody said the word. */
export function checkGuards(reports: readonly SetReport[], acknowledge: ReadonlySet<string>): void {
  for (const { plan, entries } of reports) {
    const done = entries.filter(({ outcome }) => outcome === 'done').map(({ change }) => change);
    const removed = done.filter(({ kind, reason }) => kind === 'revoke' && reason === 'Removed').length;
    const { owned } = plan.counts;
    if (!acknowledge.has('revoke-threshold') && owned >= 4 && removed > 0 && removed >= owned)
      throw new Violation('guards', `all ${owned} owned tokens were revoked without replacement`);
    const replaced = done.filter(({ reason }) => reason === 'CurrentTokenGone').length;
    if (!acknowledge.has('mass-disappearance') && replaced >= 4 && replaced * 2 > plan.counts.declared)
      throw new Violation('guards', `${replaced} tokens that vanished at once were issued anew`);
  }
}
