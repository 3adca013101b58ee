/** The part of a run in which everything goes wrong: processes run as they please, people edit and tamper. */
import { noteApproval } from './invariants/approval.ts';
import { consume } from './consumers.ts';
import { count } from './coverage.ts';
import { kindOf, receiptAt } from './place.ts';
import { editManifest, servedPlaces } from './people.ts';

import { begin, type Process } from './process.ts';
import { type Ended, type PassOptions, reconcileOnce } from './reconciler.ts';
import { backUp, deleteAgain, tamper } from './tamper.ts';
import { placeOf, Violation, type World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A job that has been silent for this long is given up and its turn goes to the next one. */
const jobTimeoutMs = 20 * minute;

/** Runs until the first process has begun so many passes and every request has arrived. */
export async function actChaos(world: World, passes: number): Promise<void> {
  const { scheduler, processes } = world;
  const [first, second] = processes;
  if (!first) return;
  let begun = 0;
  const failures: unknown[] = [];
  const start = (process: Process): void => {
    void run(world, process).catch((error: unknown) => failures.push(error));
  };
  const loop = (): boolean => {
    if (begun >= passes) return false;
    begun++;
    const gapMs = drawGap(world);
    arrangeLife(world, gapMs);
    if (canBegin(world, first)) start(first);
    if (second && world.dice('second').chance(world.rates.secondReconciler)) {
      const delays = world.dice('second');
      const delayMs = delays.chance(0.6) ? delays.between(0, 4_000) : delays.between(0, gapMs);
      scheduler.at(scheduler.now() + delayMs, () => {
        if (canBegin(world, second)) start(second);
        return true;
      });
    }
    scheduler.at(scheduler.now() + gapMs, loop);
    return true;
  };
  scheduler.at(scheduler.now(), loop);
  await scheduler.run(() => failures.length > 0);
  if (failures.length > 0) throw failures[0];
  checkHanging(world);
}

/** Whoever died has left his pass; one that lives and is never woken again waits for what never comes. */
function checkHanging({ processes }: World): void {
  const hanging = processes.find(({ inPass }) => inPass);
  if (hanging) throw new Violation('liveness', `a pass of ${hanging.name} waits for nothing and never ends`);
}

/** One pass, with what a person does beside it. */
async function run(world: World, process: Process): Promise<Ended> {
  const chance = world.dice('requests');
  if (world.rates.restart > 0 && chance.chance(world.rates.restart)) begin(world, process);
  drawEpisodes(world);
  const names = world.draft.shapes.map(({ name }) => name);
  const rotates = world.rates.rotateByHand > 0 && names.length > 0 && chance.chance(0.1);
  const ended = await reconcileOnce(world, process, {
    ...(rotates ? { requests: { rotate: new Set([chance.pick(names)]) } } : {}),
    ...setsOf(world),
  });
  approve(world, process, ended);
  deleteAgain(world);
  return ended;
}

function setsOf(world: World): Pick<PassOptions, 'sets'> {
  if (world.rates.separateRuns === 0) return {};
  return { sets: [world.dice('requests').pick(['payments', 'billing'])] };
}

/** Somebody reviews what a plan asks for, and not always at once. */
function approve(world: World, process: Process, { reports }: Ended): void {
  if (world.approved === 'all' || !world.dice('approvals').chance(0.5)) return;
  for (const { plan } of reports) {
    for (const change of plan.changes) {
      if (change.digest === undefined) continue;
      world.approved.add(change.digest);
      noteApproval(world, process.draft, { set: plan.set, change });
    }
  }
}

/** Where two writers would need a lock that GitHub does not have, a workflow's concurrency group is one. */
function canBegin(world: World, process: Process): boolean {
  if (process.inPass) return false;
  const isGuarded = servedPlaces(world).some(({ name }) => kindOf(name) === 'writeOnly');
  const now = world.scheduler.now();
  return (
    !isGuarded ||
    world.processes.every(({ inPass, frozenUntil }) => !inPass || frozenUntil - now > jobTimeoutMs)
  );
}

function drawGap(world: World): number {
  const dice = world.dice('gaps');
  const untilDueMs = world.rates.dueRhythm > 0 && dice.chance(0.3) ? waitForDue(world) : undefined;
  if (untilDueMs !== undefined) return untilDueMs + dice.between(0, 150_000);
  if (world.rates.quickRhythm > 0) return dice.pick([1, 1, 2, 2, 3, 4, 6, 16]) * minute;
  if (dice.chance(world.rates.longPause)) return dice.between(8 * day, 45 * day);
  return dice.pick([3 * minute, 6 * minute, 16 * minute, hour, 5 * hour, 13 * hour, day, 3 * day, 6 * day]);
}

/** How long until the next replaced token may be revoked, as receipts have it. */
function waitForDue({ places, scheduler }: World): number | undefined {
  const now = scheduler.now();
  const dates = [...places.values()].flatMap((place) => receiptAt(place)?.previous ?? []);
  const waits = dates.map(({ revokeNotBefore }) => revokeNotBefore - now).filter((ms) => ms > minute);
  return waits.length === 0 ? undefined : Math.min(...waits);
}

/** What people and consumers do until the next pass: now and then right beside the present one. */
function arrangeLife(world: World, gapMs: number): void {
  const { scheduler } = world;
  const dice = world.dice('life');
  const soon = (): number =>
    scheduler.now() + (dice.chance(0.3) ? dice.between(0, 5_000) : dice.between(0, gapMs));
  const arrange = (most: number, act: (world: World) => void): void => {
    for (let index = Math.floor(dice.next() * (most + 1)); index > 0; index--)
      scheduler.at(soon(), () => {
        act(world);
        return false;
      });
  };
  arrange(2, editManifest);
  arrange(1, tamper);
  arrange(1, backUp);
  arrange(3, consume);
}

function drawEpisodes(world: World): void {
  const { rates, episode, dice, coverage, scheduler } = world;
  const chance = dice('episodes');
  episode.credential = 'alive';
  if (chance.chance(rates.credentialDead)) episode.credential = 'dead';
  if (chance.chance(rates.credentialForeign)) episode.credential = 'foreign';
  if (chance.chance(rates.credentialDies)) {
    count(coverage, 'fault: credential dies in a pass');
    scheduler.at(scheduler.now() + chance.between(500, 4_000), () => {
      episode.credential = 'dead';
      return false;
    });
  }
  // With receipts about, another organization is noticed; without any it would simply be where tokens live.
  episode.wrongOrganization = chance.chance(rates.wrongOrganization);
  if (episode.credential !== 'alive') count(coverage, `fault: credential ${episode.credential}`);
  for (const { name } of servedPlaces(world)) {
    const place = placeOf(world, name, chance.pick(world.processes).machine);
    const untilMs = scheduler.now() + chance.between(0, 8 * hour);
    if (chance.chance(rates.unreadable)) place.unreadableUntil = untilMs;
    if (chance.chance(rates.unwritable)) place.unwritableUntil = untilMs;
  }
}
