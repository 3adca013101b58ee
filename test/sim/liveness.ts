import { consume } from './consumers.ts';
import { count } from './coverage.ts';
import { addUser, isAlive } from './organization.ts';
import { findDue, liveOn } from './later.ts';
import { kindOf, receiptAt } from './place.ts';
import { begin, type Process } from './process.ts';
import { type Ended, reconcileOnce } from './reconciler.ts';
import { put } from './tamper.ts';
import { findUnsettled } from './unsettled.ts';
import { placeOf, Violation, type World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Long enough for back-off, orphans, overlaps and idleness, and shorter than any `renewBefore`. */
const waits = [minute, 16 * minute, 61 * minute, day, day, 2 * day, 2 * day, 2 * day, 2 * day, hour];
const mostPasses = 24;
/** One more than the budget, because nothing else helps. */
const mostAlive = 5;
/** Weeks take as long as all that went before. */
const laterShare = 0.1;

/** Brings the world to rest, or says what keeps it from it. */
export async function settle(world: World): Promise<void> {
  const [process] = world.processes;
  if (!process) return;
  calmDown(world);
  await comeToRest(world, process);
  count(world.coverage, 'came to rest');
  await checkRest(world, process);
  if (world.dice('later').chance(laterShare)) await checkLater(world, process);
}

/** Passes until nothing is left to do. */
async function comeToRest(world: World, process: Process): Promise<void> {
  const acknowledge = new Set<string>();
  let reasons: readonly string[] = ['nothing was tried'];
  for (let pass = 0; pass < mostPasses; pass++) {
    await wait(world, waits[pass % waits.length] ?? hour);
    const ended = await complete(world, process, { acknowledge });
    for (const waiver of waiversOf(ended)) acknowledge.add(waiver);
    const emptied = emptyStrange(world, process, { ended, isLate: pass > mostPasses / 2 });
    reasons = [...findUnsettled(world, process), ...findDue(world, process), ...findWork(ended), ...emptied];
    if (reasons.length === 0) return;
  }
  throw new Violation('liveness', `after ${mostPasses} passes without faults: ${reasons.join('; ')}`);
}

/** S10 and S11: what is at rest stays so, for the same process and for a new one elsewhere. */
async function checkRest(world: World, process: Process): Promise<void> {
  await complete(world, process, {});
  if (process.writes > 0) throw new Violation('S10', 'a pass over an unchanged world wrote something');
  begin(world, process);
  process.wallSkewMs = world.dice('skew').between(-600_000, 600_000);
  await complete(world, process, { file: 'elsewhere/tokens.yaml' });
  if (process.writes > 0) throw new Violation('S11', 'a restart with a moved manifest wrote something');
}

/** Weeks go by, and at the end of them everything comes to rest again. */
async function checkLater(world: World, process: Process): Promise<void> {
  await liveOn(world, process, {
    wait: async (ms) => await wait(world, ms),
    pass: async () => await complete(world, process, {}),
  });
  await comeToRest(world, process);
}

async function complete(
  world: World,
  process: Process,
  { acknowledge = new Set(), file }: { readonly acknowledge?: ReadonlySet<string>; readonly file?: string },
): Promise<Ended> {
  let ended: Ended | undefined;
  let failure: unknown;
  const options = { requests: { acknowledge }, ...(file === undefined ? {} : { file }) };
  void reconcileOnce(world, process, options).then(
    (result) => {
      ended = result;
    },
    (error: unknown) => {
      failure = error;
    },
  );
  await world.scheduler.run(() => ended !== undefined || failure !== undefined);
  if (failure !== undefined) throw failure;
  if (!ended) throw new Violation('liveness', 'a pass without faults never ended');
  return ended;
}

async function wait(world: World, ms: number): Promise<void> {
  const until = world.scheduler.now() + ms;
  let isOver = false;
  world.scheduler.at(until, () => {
    isOver = true;
    return true;
  });
  const consumer = world.dice('life').between(0, ms);
  world.scheduler.at(world.scheduler.now() + consumer, () => {
    consume(world);
    return false;
  });
  await world.scheduler.run(() => isOver);
}

/** Faults stop, the frozen wake, and people do what they were asked to. */
function calmDown(world: World): void {
  const { draft, organization, episode, scheduler } = world;
  world.calm = true;
  world.approved = 'all';
  episode.credential = 'alive';
  episode.wrongOrganization = false;
  // Keyturn refuses to revoke what it works with, and says so: somebody gives it another one.
  episode.credentialId = undefined;
  // Who is told that the quota is used up makes room.
  world.capabilities.personalTokenQuota = 30;
  draft.suspendedSet = undefined;
  for (const shape of draft.shapes) shape.suspend = false;
  const names = new Set([...organization.users.values()].map(({ name }) => name));
  if (!names.has('etl')) addUser(organization, { name: 'etl', atMs: scheduler.now() });
  for (const place of world.places.values()) {
    place.unreadableUntil = 0;
    place.unwritableUntil = 0;
    // What keyturn cannot read it asks a person to delete.
    if (place.receipt !== undefined && !receiptAt(place)) place.receipt = undefined;
    // Two that wrote at the same moment where nothing can be read back: somebody notices and empties it.
    if (place.raced) put(world, place, { value: undefined, receipt: undefined });
  }
  for (const process of world.processes) {
    process.frozenUntil = 0;
    begin(world, process);
  }
  world.trace.say('world', 'all faults stop');
}

function waiversOf({ reports }: Ended): readonly string[] {
  return reports.flatMap(({ plan }) => plan.refusals.flatMap(({ waiver }) => waiver ?? []));
}

/**
 * What was delivered for another provider or user nothing waives: the place is emptied by hand.
 *
 * @returns the places, in words: what follows from that the next pass tells.
 */
function emptyStrange(
  world: World,
  process: Process,
  { ended, isLate }: { readonly ended: Ended; readonly isLate: boolean },
): readonly string[] {
  const emptied: string[] = [];
  // A spent budget is waited for, and in the end somebody makes room.
  for (const { plan } of ended.reports) {
    for (const { reason, subject } of plan.changes) {
      const shape = world.draft.shapes.find(({ name, removed }) => name === subject && !removed);
      const isSpent = reason === 'IssueBudget' && shape?.to.some((name) => kindOf(name) === 'writeOnly');
      if (isLate && isSpent) checkRoom(world, [subject, ...(shape?.formerly ?? [])]);
      const isStrange = reason === 'ProviderChanged' || (isLate && isSpent);
      for (const name of isStrange ? (shape?.to ?? []) : []) {
        count(world.coverage, `excused: somebody emptied a place for ${reason}`);
        put(world, placeOf(world, name, process.machine), { value: undefined, receipt: undefined });
        emptied.push(`${name} was emptied by hand`);
      }
    }
  }
  return emptied;
}

/** docs/adr/0013: where only another token can free what waits, there is room for a fifth. */
function checkRoom({ organization, scheduler }: World, names: readonly string[]): void {
  const alive = [...organization.tokens.values()].filter(
    (token) => names.includes(token.mark?.declaration ?? '') && isAlive(token, scheduler.now()),
  );
  if (alive.length < mostAlive)
    throw new Violation('liveness', `the budget of ${names[0]} stays spent: ${alive.length} are alive`);
}

/** Where something was still done, more may follow. */
function findWork({ reports }: Ended): readonly string[] {
  return reports.flatMap(({ entries }) =>
    entries.flatMap(({ change, outcome }) =>
      outcome === 'refused' ? [] : `${change.kind} ${change.subject} ${change.reason} was ${outcome}`,
    ),
  );
}
