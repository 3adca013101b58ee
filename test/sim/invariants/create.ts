/** S6, S7, S8 and S12 (DESIGN 9): what must hold when a POST arrives. */
import { parseDescription } from '../../../src/core/mark.ts';
import { count } from '../coverage.ts';
import { isOurs, type Shape } from '../draft.ts';
import { isAlive, type OrganizationToken } from '../organization.ts';
import { kindOf, receiptAt } from '../place.ts';
import type { Process } from '../process.ts';
import { placeOf, Violation, type World } from '../world.ts';
import { plannedOn, shapeOf } from './seen.ts';

const hour = 3_600_000;
/** S6, DESIGN 5: live owned tokens of one declaration. */
const mostAlive = 4;
/** S8: what a declaration may issue in an hour, and once more for every restart that forgot to back off. */
const mostPerHour = 8;

/** S6, S7, S8, S12: before a POST takes effect. */
export function checkCreate(
  world: World,
  process: Process,
  { description, isLate }: { readonly description: string; readonly isLate: boolean },
): void {
  const reading = parseDescription(description);
  if (reading.kind !== 'mark') throw new Violation('S12', `a POST without a mark: "${description}"`);
  const { mark } = reading;
  const { organization, scheduler } = world;
  if (organization.nonces.has(mark.nonce))
    throw new Violation('S12', `a second POST with nonce ${mark.nonce}`);
  organization.nonces.add(mark.nonce);
  const now = scheduler.now();
  const own = [...organization.tokens.values()].filter(
    (token) => token.whose === 'keyturn' && token.mark?.declaration === mark.declaration,
  );
  const shape = shapeOf(process, mark.declaration);
  // Whoever takes a mark away, or hides from the list what no receipt names, takes the token from what
  // keyturn can count; a run with an older manifest knows no newer owner.
  const isCounted = (token: OrganizationToken): boolean =>
    isAlive(token, now) &&
    isOwned(world, process, { token, owner: mark.owner }) &&
    parseDescription(token.description).kind === 'mark' &&
    (process.shownToPlan.has(token.id) ||
      process.undelivered.has(token.id) ||
      isOnRecord(world, process, { shape, id: token.id }));
  // For a compromise, and for what lies where nothing can supply it (docs/adr/0013).
  const isWriteOnly = shape?.to.some((name) => kindOf(name) === 'writeOnly') === true;
  const compromises = shape?.compromisedAt !== undefined || isWriteOnly ? 1 : 0;
  const most = mostAlive + compromises;
  const alive = own.filter(isCounted).length + 1;
  // One that arrives after its pass was given up by nobody's doing; the passes since could not know of it.
  if (alive > most && !isLate)
    throw new Violation('S6', `${alive} live tokens of ${mark.declaration}, at most ${most}`);
  const recent = own.filter(({ createdAt }) => now - createdAt < hour).length + 1;
  const asked = world.deeds.filter((atMs) => now - atMs < hour).length;
  if (recent > mostPerHour + asked + world.restarts.filter((atMs) => now - atMs < hour).length)
    throw new Violation('S8', `${recent} tokens of ${mark.declaration} issued within an hour`);
  if (!isLate) checkGeneration(world, process, { shape, ...mark });
  const newer = own.find(
    ({ id, description: text, mark: one }) =>
      process.shownToPlan.has(id) &&
      parseDescription(text).kind === 'mark' &&
      one?.owner === mark.owner &&
      one.generation >= mark.generation,
  );
  if (newer && !isLate)
    throw new Violation('S7', `generation ${mark.generation} of ${mark.declaration} beside ${newer.id}`);
  count(world.coverage, 'tokens issued');
}

/** Where approvals are asked for, former owners are no concern of the run before somebody approved that. */
function isOwned(
  { approved }: World,
  { draft }: Process,
  { token, owner }: { readonly token: OrganizationToken; readonly owner: string },
): boolean {
  const { owner: other = '' } = token.mark ?? {};
  return approved === 'all' ? isOurs(draft, other) : other === owner;
}

/** Whether a receipt that the plan was made from names it as served, or as not to be revoked yet. */
function isOnRecord(
  world: World,
  process: Process,
  { shape, id }: { readonly shape: Shape | undefined; readonly id: string },
): boolean {
  const now = world.scheduler.now();
  return (shape?.to ?? []).some((name) => {
    const place = placeOf(world, name, process.machine);
    const receipt = plannedOn(process, place) ? receiptAt(place) : undefined;
    const isWaiting = receipt?.previous.some((entry) => entry.id === id && now < entry.revokeNotBefore);
    return receipt?.token === shape?.name && (receipt?.current?.id === id || isWaiting === true);
  });
}

/** S7: the new token's generation is above every one that the process has seen named. */
function checkGeneration(
  world: World,
  process: Process,
  { shape, declaration, generation }: { shape: Shape | undefined; declaration: string; generation: number },
): void {
  for (const name of shape?.to ?? []) {
    const place = placeOf(world, name, process.machine);
    const receipt = receiptAt(place);
    if (!receipt?.current || receipt.token !== declaration || !plannedOn(process, place)) continue;
    if (receipt.current.generation >= generation)
      throw new Violation(
        'S7',
        `generation ${generation} of ${declaration} after ${receipt.current.generation}`,
      );
  }
}
