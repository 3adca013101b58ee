/** What people do to the manifest: every field, and every way of moving things about. */
import type { Dice } from './dice.ts';
import { addShape, isServed, overlapOf, rotations, type SetName, type Shape } from './draft.ts';
import type { Feature } from './features.ts';
import { receiptAt } from './place.ts';
import { placeOf, type World } from './world.ts';

type Edit = (world: World, shape: Shape, dice: Dice) => string | undefined;

const otherSet = { payments: 'billing', billing: 'payments' } as const satisfies Record<SetName, SetName>;

/** Each says what was done, or nothing when it was not possible. */
const edits = {
  editSpec: (_, shape, dice) => {
    shape.scopes = dice.pick([[], ['projects:read'], ['projects:read', 'services:write']]);
    shape.allowlist = dice.chance(0.2) ? ['203.0.113.0/24'] : [];
    return `scopes of ${shape.name}: ${shape.scopes.join(' ')}`;
  },
  editRotation: (_, shape, dice) => {
    shape.rotation = Math.floor(dice.next() * rotations.length);
    shape.rotationsHad.add(shape.rotation);
    shape.overlaps.add(overlapOf(shape));
    return `rotation of ${shape.name}: ${shape.rotation}`;
  },
  editDescription: ({ draft }, shape) => {
    shape.description = `Deploys ${draft.edits}`;
    return `description of ${shape.name}`;
  },
  trigger: ({ draft }, shape, dice) => {
    // Git replays what it held before, too.
    if (shape.trigger !== undefined && dice.chance(0.5)) shape.triggers.push(shape.trigger);
    const [old] = shape.triggers;
    shape.trigger = old !== undefined && dice.chance(0.4) ? old : `audit-${draft.edits}`;
    return `trigger of ${shape.name}`;
  },
  compromise: ({ draft, scheduler }, shape) => {
    if (shape.suspend || draft.suspendedSet === shape.set) return undefined;
    shape.compromised = `INC-${draft.edits}`;
    shape.compromisedAt = scheduler.now();
    return `${shape.name} is compromised`;
  },
  suspend: (_, shape) => {
    if (shape.compromised !== undefined) return undefined;
    shape.suspend = !shape.suspend;
    return `suspend of ${shape.name}: ${shape.suspend}`;
  },
  suspendSet: ({ draft }, shape) => {
    if (draft.shapes.some(({ compromised }) => compromised !== undefined)) return undefined;
    draft.suspendedSet = draft.suspendedSet === undefined ? shape.set : undefined;
    return `suspended set: ${draft.suspendedSet}`;
  },
  absent: (_, shape) => {
    shape.state = shape.state === 'Present' ? 'Absent' : 'Present';
    return `state of ${shape.name}: ${shape.state}`;
  },
  userAbsent: ({ draft }, shape) => {
    if (shape.user === 'me') return undefined;
    draft.absentUser = draft.absentUser === undefined ? shape.user : undefined;
    return `absent user: ${draft.absentUser}`;
  },
  remove: (_, shape) => {
    if (shape.movedFrom !== undefined) return undefined;
    shape.removed = !shape.removed;
    return `${shape.name} ${shape.removed ? 'leaves' : 'returns to'} the manifest`;
  },
  rename: ({ draft }, shape) => {
    if (shape.movedFrom !== undefined) return undefined;
    const old = shape.name;
    shape.formerly.push(old);
    shape.name = `${shape.user}/r${draft.edits}`;
    return `${old} is called ${shape.name}`;
  },
  moveToOtherSet: (world, shape) => move(world, shape),
  addPlace: (world, shape, dice) => {
    const name = dice.pick(freePlaces(world, dice));
    if (shape.to.length > 2) return undefined;
    shape.to = dice.chance(0.5) ? [...shape.to, name] : [name, ...shape.to];
    return `${shape.name} goes to ${shape.to.join(' ')}`;
  },
  dropPlace: (_, shape, dice) => {
    if (shape.to.length < 2) return undefined;
    const gone = dice.pick(shape.to);
    shape.to = shape.to.filter((name) => name !== gone);
    return `${shape.name} no longer goes to ${gone}`;
  },
  swapPlaces: ({ draft }, shape, dice) => {
    const other = dice.pick(draft.shapes);
    if (other === shape || other.removed || other.to.length < 2 || other.movedFrom || shape.movedFrom)
      return undefined;
    const name = dice.pick(other.to);
    other.to = other.to.filter((kept) => kept !== name);
    shape.to = [...shape.to, name];
    return `${name} goes from ${other.name} to ${shape.name}`;
  },
  reorder: (_, shape) => {
    shape.to = shape.to.toReversed();
    return `${shape.name} goes to ${shape.to.join(' ')}`;
  },
  handOver: ({ draft }, shape) => {
    const { set } = shape;
    draft.formerOwners[set].push({ ownerId: draft.ownerIds[set], name: set });
    draft.ownerIds[set] = `kube:two${draft.edits}/${set}`;
    return `${set} has another owner`;
  },
  addDeclaration: (world, _, dice) => {
    if (world.draft.shapes.length > 5) return undefined;
    const shape = addShape(world.draft, dice, [dice.pick(freePlaces(world, dice))]);
    return `${shape.name} is new`;
  },
} as const satisfies Partial<Record<Feature, Edit>>;

/** One edit, chosen by the weights of the run. */
export function editManifest(world: World): void {
  const { draft, dice, rates, trace } = world;
  const chance = dice('people');
  const kinds = Object.keys(edits) as readonly (keyof typeof edits)[];
  const kind = chance.weigh(kinds, (candidate) => rates[candidate]);
  const shapes = draft.shapes.filter(({ removed }) => !removed || chance.chance(0.3));
  if (kind === undefined || shapes.length === 0) return;
  draft.edits++;
  const said = edits[kind](world, chance.pick(shapes), chance);
  if (said === undefined) return;
  world.step++;
  world.deeds.push(world.scheduler.now());
  trace.say('people', said);
}

/** An attempt was cut off, and before the next one somebody wants other scopes. */
export function editCutOff(world: World, machine: string): void {
  const { draft, rates, scheduler, trace, dice } = world;
  const chance = dice('cut off');
  if (world.calm || rates.editCutOff === 0 || !chance.chance(rates.editCutOff)) return;
  scheduler.at(scheduler.now() + chance.between(0, 5_000), () => {
    const shape = draft.shapes.find(({ to }) =>
      to.some((name) => receiptAt(placeOf(world, name, machine))?.pending),
    );
    if (!shape || world.calm) return false;
    world.step++;
    draft.edits++;
    trace.say('people', edits.editSpec(world, shape, chance));
    return false;
  });
}

/** In one run the receiver names the giver; across separate runs the giver keeps the entry as Moved. */
function move({ draft, rates }: World, shape: Shape): string | undefined {
  if (shape.movedFrom !== undefined || shape.set === 'billing') return undefined;
  const giver = shape.set;
  shape.set = otherSet[giver];
  const former = { ownerId: draft.ownerIds[giver], name: giver };
  draft.formerOwners[shape.set].push(former, ...draft.formerOwners[giver]);
  if (rates.separateRuns > 0) shape.movedFrom = giver;
  return `${shape.name} moves to ${shape.set}`;
}

/** Places that no declaration names; some of them were used before. */
function freePlaces({ draft }: World, dice: Dice): readonly string[] {
  const taken = new Set(draft.shapes.flatMap(({ to }) => to));
  const kind = dice.pick(['k', 'k', 'f', 'w']);
  const free = Array.from({ length: 12 }, (_, index) => `${kind}${index + 1}`).filter(
    (name) => !taken.has(name),
  );
  return free.slice(0, 3);
}

/** Places that the manifest wants served, with who is to be served there. */
export function servedPlaces({ draft }: World): readonly { readonly shape: Shape; readonly name: string }[] {
  return draft.shapes.flatMap((shape) =>
    isServed(draft, shape) ? shape.to.map((name) => ({ shape, name })) : [],
  );
}
