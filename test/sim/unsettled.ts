/** What keeps a world from being at rest: everything that is not yet as it should be, in words. */
import { hashOwner, parseDescription } from '../../src/core/mark.ts';
import { isOurs, isServed, setNames, type Shape } from './draft.ts';
import { isAlive, tokenOf } from './organization.ts';
import { receiptAt } from './place.ts';
import type { Process } from './process.ts';
import { placeOf, type World } from './world.ts';

const minute = 60_000;

/** What is not yet as it should be, in words. */
export function findUnsettled(world: World, process: Process): readonly string[] {
  const now = world.scheduler.now();
  const current = new Set<string>();
  const problems: string[] = [];
  for (const shape of world.draft.shapes) {
    if (isServed(world.draft, shape)) problems.push(...judgeShape(world, process, { shape, current }));
  }
  for (const token of world.organization.tokens.values()) {
    if (token.whose !== 'keyturn' || !isAlive(token, now) || current.has(token.id)) continue;
    if (world.forged.has(token.id) || isForgotten(world, token) || isLeftBehind(world, process, token.id))
      continue;
    problems.push(`${token.id} of ${token.mark?.declaration} is still alive`);
  }
  return problems;
}

function judgeShape(
  world: World,
  process: Process,
  { shape, current }: { readonly shape: Shape; readonly current: Set<string> },
): readonly string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  for (const name of shape.to) {
    const place = placeOf(world, name, process.machine);
    const receipt = receiptAt(place);
    const token = tokenOf(world.organization, place.value);
    if (!token || !isAlive(token, world.scheduler.now()))
      problems.push(`${name} of ${shape.name} serves nothing alive`);
    else ids.add(token.id);
    if (receipt?.current?.id !== token?.id) problems.push(`${name} names another token than it holds`);
    if (receipt?.token !== shape.name) problems.push(`${name} is on record for ${receipt?.token}`);
    if (receipt?.pending) problems.push(`${name} has an attempt on record`);
    // One that is dead already may stay on record while its value lies about somewhere.
    const waiting = (receipt?.previous ?? []).filter(({ id }) => {
      const previous = world.organization.tokens.get(id);
      // What somebody wrote there of others' tokens is nobody's business here.
      const isOwn = [shape.name, ...shape.formerly].includes(previous?.mark?.declaration ?? '');
      if (!isOwn || previous?.whose !== 'keyturn') return false;
      if (parseDescription(previous.description).kind !== 'mark') return false;
      if (!isAlive(previous, world.scheduler.now())) return false;
      return !isLeftBehind(world, process, id) && !isCurrentElsewhere(world, shape, previous.mark);
    });
    // Struck once its time has come, which is work to do.
    const isEarly = ({ revokeNotBefore }: { readonly revokeNotBefore: number }): boolean =>
      revokeNotBefore + 10 * minute > world.scheduler.now();
    if (receipt?.previous.some(isEarly)) problems.push(`${name} waits for a time`);
    if (waiting.length > 0) problems.push(`${name} waits for ${waiting.length} tokens`);
  }
  for (const id of ids) current.add(id);
  if (ids.size > 1) problems.push(`${shape.name} is served as ${[...ids].join(' and ')}`);
  return problems;
}

/** It was another declaration's when this one took its place, and that one has come back. */
function isCurrentElsewhere(
  { draft }: World,
  shape: Shape,
  mark: { readonly declaration: string } | undefined,
): boolean {
  return draft.shapes.some(
    (other) => other !== shape && isServed(draft, other) && other.name === mark?.declaration,
  );
}

/** It lies where a declaration that ended was to be served, and was never its own. */
function isLeftBehind(world: World, process: Process, id: string): boolean {
  const ended = world.draft.shapes.filter((shape) => !shape.removed && !isServed(world.draft, shape));
  return ended.some(({ to }) =>
    to.some((name) => {
      const place = placeOf(world, name, process.machine);
      if (place.value?.startsWith(id)) return true;
      const receipt = receiptAt(place);
      const { nonce } = world.organization.tokens.get(id)?.mark ?? {};
      const isPending = receipt?.pending !== null && receipt?.pending?.nonce === nonce;
      return isPending || [receipt?.current, ...(receipt?.previous ?? [])].some((named) => named?.id === id);
    }),
  );
}

/** Nobody can know it as ours: its mark was taken away, or it is of an owner that handed over what it had. */
function isForgotten(
  world: World,
  token: { readonly description: string; readonly mark: { declaration: string; owner: string } | undefined },
): boolean {
  const reading = parseDescription(token.description);
  if (reading.kind !== 'mark') return true;
  if (!isOurs(world.draft, reading.mark.owner)) return true;
  const { declaration } = reading.mark;
  // A former owner's token is only superseded through a receipt; a declaration that left has none.
  return (
    !world.draft.shapes.some(({ name, removed }) => name === declaration && !removed) &&
    isFormer(world, reading.mark.owner)
  );
}

function isFormer({ draft }: World, owner: string): boolean {
  return setNames.every((set) => hashOwner(draft.ownerIds[set], set) !== owner);
}
