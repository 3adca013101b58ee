/** What people and accidents do behind keyturn's back: to destinations, to receipts and to tokens. */
import type { Feature } from './features.ts';
import { addToken, addUser, canary, isAlive, tokenOf } from './organization.ts';
import { servedPlaces } from './people.ts';
import { type Place, receiptAt } from './place.ts';
import { placeOf, type World } from './world.ts';

type Tamper = (world: World, place: Place) => string | undefined;

const deeds = {
  tamper: (world, place) => {
    if (place.receipt === undefined) return undefined;
    put(world, place, { value: 'written-by-hand', receipt: place.receipt });
    return `writes another value to ${place.name}`;
  },
  deletePlace: (world, place) => {
    put(world, place, { value: undefined, receipt: undefined });
    return `deletes ${place.name}`;
  },
  keepDeleting: (world) => {
    const { shape } = world.dice('tamper').pick(servedPlaces(world));
    world.episode.deleting = { shape: shape.id, times: 6 };
    return `empties the destinations of ${shape.name} again and again`;
  },
  loseReceipt: (world, place) => {
    if (place.receipt === undefined) return undefined;
    put(world, place, { value: place.value, receipt: undefined });
    return `loses the receipt of ${place.name}`;
  },
  damageReceipt: (world, place) => {
    if (place.receipt === undefined) return undefined;
    put(world, place, { value: place.value, receipt: world.dice('tamper').pick(['{"v":1', '{"v":2}']) });
    return `damages the receipt of ${place.name}`;
  },
  restoreBackup: (world, place) => {
    const backup = place.backups.at(-1);
    if (!backup) return undefined;
    put(world, place, backup);
    return `restores ${place.name} from a backup`;
  },
  forgeReceipt: (world, place) => {
    // Together with a lost mark it would say that the token is ours.
    const receipt = world.rates.loseMark > 0 ? undefined : receiptAt(place);
    const victims = [...world.organization.tokens.values()].filter(
      ({ id, whose, mark }) =>
        whose === 'foreign' ||
        whose === 'unmanaged' ||
        (isServed(world, id) &&
          world.draft.shapes.some(
            ({ name, removed, to }) => name === mark?.declaration && !removed && !to.includes(place.name),
          )),
    );
    // Nor can one set see what another has, where each is run apart.
    if (world.rates.separateRuns > 0 || !receipt || place.receipt === undefined || victims.length === 0)
      return undefined;
    const { id } = world.dice('tamper').pick(victims);
    world.forged.add(id);
    const waiting = { id, generation: 1, revokeNotBefore: '2026-01-01T00:00:00.000Z', overlap: '1m' };
    const forged = { ...JSON.parse(place.receipt), previous: [waiting] };
    put(world, place, { value: place.value, receipt: JSON.stringify(forged) });
    return `names ${id} in the receipt of ${place.name}`;
  },
  revokeByHand: (world) => {
    const { organization, scheduler } = world;
    const alive = [...organization.tokens.values()].filter(
      (token) => token.whose === 'keyturn' && isAlive(token, scheduler.now()),
    );
    if (alive.length === 0) return undefined;
    const token = world.dice('tamper').pick(alive);
    token.ended = { atMs: scheduler.now(), by: 'person', hiddenFrom: scheduler.now() };
    return `revokes ${token.id} by hand`;
  },
  revokeEverything: ({ organization, scheduler }) => {
    const atMs = scheduler.now();
    for (const token of organization.tokens.values())
      if (token.whose === 'keyturn' && isAlive(token, atMs))
        token.ended = { atMs, by: 'person', hiddenFrom: atMs };
    return 'revokes every token by hand';
  },
  createUserByHand: ({ organization, scheduler }) => {
    if (organization.users.size > 5) return undefined;
    addUser(organization, { name: 'ci', atMs: scheduler.now() });
    return 'creates a user "ci" by hand';
  },
  useAsCredential: (world, place) => {
    const token = tokenOf(world.organization, place.value);
    if (!token || !world.organization.users.get(token.userId)?.personal) return undefined;
    world.episode.credentialId = token.id;
    return `has keyturn work with ${token.id}`;
  },
  loseMark: (world, place) => {
    const id = receiptAt(place)?.current?.id;
    const token = id === undefined ? undefined : world.organization.tokens.get(id);
    if (!token) return undefined;
    const isPersonal = world.organization.users.get(token.userId)?.personal === true;
    if (!isPersonal && !world.capabilities.updateApplication) return undefined;
    token.description = 'described by hand';
    return `rewrites the description of ${token.id}`;
  },
} as const satisfies Partial<Record<Feature, Tamper>>;

/** One deed at one place, chosen by the weights of the run. */
export function tamper(world: World): void {
  const { rates, dice, trace } = world;
  const chance = dice('tamper');
  const kinds = Object.keys(deeds) as readonly (keyof typeof deeds)[];
  const places = servedPlaces(world);
  if (places.length === 0) return;
  const kind = chance.weigh(kinds, (candidate) => rates[candidate]);
  const machine = chance.pick(world.processes).machine;
  const said = kind && deeds[kind](world, placeOf(world, chance.pick(places).name, machine));
  if (said === undefined) return;
  world.step++;
  world.deeds.push(world.scheduler.now());
  trace.say('people', said);
}

/** Between the look and what follows from it, somebody may come in between. */
export function meddle(world: World, machine: string, subject: string): void {
  const chance = world.dice('meddle');
  if (world.calm || world.rates.meddle === 0 || !chance.chance(world.rates.meddle)) return;
  const places = servedPlaces(world).filter(({ shape }) => shape.name === subject);
  if (places.length === 0) return;
  const { name } = chance.pick(places);
  const kind = chance.pick(['damageReceipt', 'restoreBackup', 'deletePlace'] as const);
  world.scheduler.at(world.scheduler.now() + chance.between(0, 600), () => {
    const said = world.calm ? undefined : deeds[kind](world, placeOf(world, name, machine));
    if (said !== undefined) world.trace.say('people', said);
    world.deeds.push(world.scheduler.now());
    return false;
  });
}

/** By a declaration that is where it was. */
function isServed(world: World, id: string): boolean {
  return servedPlaces(world).some(
    ({ shape, name }) =>
      shape.movedFrom === undefined && receiptAt(placeOf(world, name, 'one'))?.current?.id === id,
  );
}

/** Somebody's own automation, which does not know of keyturn. */
export function deleteAgain(world: World): void {
  const { deleting } = world.episode;
  const shape = world.draft.shapes.find(({ id }) => id === deleting?.shape);
  if (!deleting || !shape || deleting.times-- <= 0) return;
  for (const name of shape.to) {
    const machine = world.processes[0]?.machine ?? '';
    put(world, placeOf(world, name, machine), { value: undefined, receipt: undefined });
  }
}

/** Keeps what lies at a place now for a later restore. */
export function backUp(world: World): void {
  for (const place of world.places.values()) {
    const { value, receipt, backups } = place;
    if (receipt !== undefined && backups.length < 3) backups.push({ value, receipt });
  }
}

/** Tokens that are not keyturn's business: it must never touch them. */
export function plantStrangers(world: World): void {
  const { organization, scheduler } = world;
  const never = { scopes: [], maxAgeSeconds: undefined, extendWhenUsed: false, ipAllowlist: [] };
  const plant = (
    userId: string,
    description: string,
    whose: 'foreign' | 'unmanaged' | 'credential',
  ): void => {
    const token = { userId, description, spec: never, whose, atMs: scheduler.now(), lagMs: 0, unknownMs: 0 };
    addToken(organization, token);
  };
  for (const { id, name, personal } of [...organization.users.values()]) {
    plant(id, 'made by hand', personal ? 'credential' : 'unmanaged');
    plant(
      id,
      `Theirs [keyturn o=ffffffffff t=${personal ? 'me' : name}/t1 g=1 s=10000000 n=aaaaaa]`,
      'foreign',
    );
  }
}

/** A person changes what lies at a place. */
export function put(
  world: World,
  place: Place,
  { value, receipt }: { readonly value: string | undefined; readonly receipt: string | undefined },
): void {
  if (place.value !== value) {
    place.valueStamp++;
    place.writtenAt = world.scheduler.now();
    place.byEngine = false;
  }
  place.value = value;
  place.receipt = receipt;
  place.tamperedAt = world.scheduler.now();
  world.step++;
  place.changedAt = world.step;
}

/** What a consumer presents that has read a value of ours. */
export function isToken(value: string | undefined): value is string {
  return value?.endsWith(canary) === true;
}
