/** One pass of the real engine by one process: what a person, a workflow or a controller would run. */
import { ProviderError } from '../../src/core/errors.ts';
import type { Requests } from '../../src/core/plan/types.ts';
import { carryOut, type Pass, prepare } from '../../src/engine/reconcile.ts';
import type { Run, SetReport } from '../../src/engine/run.ts';
import { count } from './coverage.ts';
import { openDestination } from './destination.ts';
import { copyDraft, ownerOf, setNames, toSets } from './draft.ts';
import { checkGuards, checkOrphans } from './invariants/report.ts';
import { checkLeaks } from './invariants/write.ts';
import { referenceTo } from './place.ts';
import { monotonicMs, type Process, readClocks } from './process.ts';
import { checkLooks, checkRemembered } from './invariants/looks.ts';
import { checkBeginning, checkEnding } from './invariants/promises.ts';
import { checkRequest, noteRequest } from './invariants/requests.ts';
import { openProvider } from './provider.ts';
import { meddle } from './tamper.ts';
import { recoveriesOf, watchCommits } from './recovery.ts';
import { beginWatch, notePlan, watchOf } from './invariants/watch.ts';
import { Violation, type World } from './world.ts';

export interface PassOptions {
  readonly requests?: Partial<Requests>;
  /** Only these sets, as where every set has a repository of its own. */
  readonly sets?: readonly string[];
  /** Name of the file, which must not matter. */
  readonly file?: string;
}

export interface Ended {
  readonly kind: 'done' | 'failed';
  readonly reports: readonly SetReport[];
}

/**
 * Runs a pass to its end. Dies silently with its process: then nobody ever hears of it.
 */
export async function reconcileOnce(
  world: World,
  process: Process,
  options: PassOptions = {},
): Promise<Ended> {
  process.draft = copyDraft(world.draft);
  process.readAt.clear();
  process.plannedAt.clear();
  process.shown.clear();
  const { observations } = beginWatch(process, readClocks(world, process));
  process.shownToPlan.clear();
  process.servedToPlan.clear();
  process.passes++;
  process.undelivered.clear();
  process.faults = 0;
  process.writes = 0;
  process.begunAt = world.scheduler.now();
  process.sets = options.sets ?? setNames;
  process.isDead = false;
  process.inPass = true;
  process.inApply = false;
  world.trace.say(process.name, 'begins a pass');
  count(world.coverage, 'passes');
  try {
    const pass = await prepare(buildRun(world, process, options));
    for (const { input } of pass.sets) observations.set(input.set.name, input.observation);
    for (const { input, plan } of pass.sets) {
      checkRemembered(process, input.set.name);
      notePlan(world, process, plan.changes);
    }
    tellPlans(world, process, pass);
    process.inApply = true;
    watchOf(process).appliedAt = world.step;
    const reports = await carryOut(pass);
    tellReports(world, process, reports);
    checkOrphans(world, process, reports);
    checkGuards(reports, options.requests?.acknowledge ?? new Set());
    return { kind: 'done', reports };
  } catch (error) {
    if (error instanceof Violation) throw error;
    // A dead credential ends a run; whatever else comes through is a bug of ours.
    if (!(error instanceof ProviderError)) throw new Violation('BUG', String((error as Error).stack));
    checkLeaks(error.message, 'an error');
    world.trace.say(process.name, 'stops:', error.message);
    count(world.coverage, `pass ended: ${error.failure}`);
    return { kind: 'failed', reports: [] };
  } finally {
    process.inPass = false;
    process.inApply = false;
  }
}

function buildRun(world: World, process: Process, { requests = {}, sets, file }: PassOptions): Run {
  const provider = openProvider(world, process);
  const asked: Requests = {
    rotate: new Set(),
    only: undefined,
    destroy: false,
    acknowledge: new Set(),
    approved: world.approved,
    ...requests,
  };
  const stop = new AbortController();
  const watch = watchCommits(world.coverage);
  const strikes =
    !world.calm && world.rates.terminate > 0 && world.dice('terminate').chance(world.rates.terminate);
  return {
    sets: toSets(process.draft, file)
      .filter(({ name }) => sets === undefined || sets.includes(name))
      .map((set) => ({ set, owner: ownerOf(set, world.explicitOwner), provider, requests: asked })),
    runtime: runtimeOf(world, process),
    open: ({ key }) => watch(openDestination(world, process, { key, name: nameOf(key) })),
    resolve: (key) => referenceTo(nameOf(key)),
    sweep: true,
    concurrency: 3,
    memory: process.memory,
    signal: forever,
    stop: stop.signal,
    onEvent: (event) => {
      if (event.kind === 'ended') {
        checkEnding(world, process, event);
        noteRequest(world, process, event);
      }
      if (event.kind !== 'began') return;
      checkBeginning(world, process, { ...event, requests: asked });
      checkLooks(world, process, event);
      checkRequest(world, process, event);
      if (event.change.kind === 'revoke') meddle(world, process.machine, event.change.subject);
      world.trace.say(process.name, 'does', event.change.kind, event.change.subject, event.change.reason);
      if (strikes && world.dice('terminate').chance(0.3)) {
        stop.abort();
        count(world.coverage, 'fault: SIGTERM');
      }
    },
  };
}

const forever = new AbortController().signal;
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

function runtimeOf(world: World, process: Process): Run['runtime'] {
  const { scheduler } = world;
  return {
    monotonicMs: () => monotonicMs(world, process),
    wallMs: () => scheduler.now() + process.wallSkewMs,
    sleep: async (ms) => {
      const { life, isDead } = process;
      await new Promise<void>((resolve) => {
        const wake = (): boolean => {
          if (process.life !== life) return false;
          if (scheduler.now() < process.frozenUntil) {
            scheduler.at(process.frozenUntil, wake);
            return false;
          }
          resolve();
          return true;
        };
        if (!isDead) scheduler.at(scheduler.now() + ms, wake);
      });
    },
    nonce: () => {
      const dice = world.dice('nonces');
      return Array.from({ length: 6 }, () => base32[Math.floor(dice.next() * 32)]).join('');
    },
  };
}

function nameOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function tellPlans(world: World, process: Process, { sets }: Pass): void {
  for (const { plan } of sets) {
    checkLeaks(JSON.stringify(plan), 'a plan');
    for (const change of plan.changes) {
      count(world.coverage, `reason: ${change.reason}`);
      const isQuiet = change.kind === 'keep' && change.reason === 'Current';
      if (!isQuiet)
        world.trace.say(
          process.name,
          'plans',
          change.kind,
          change.subject,
          `${change.reason}:`,
          change.message,
        );
    }
    for (const { rule } of plan.refusals) count(world.coverage, `refusal: ${rule}`);
  }
}

function tellReports(world: World, process: Process, reports: readonly SetReport[]): void {
  for (const { entries } of reports) {
    for (const entry of entries) {
      const { change, outcome, detail } = entry;
      for (const way of recoveriesOf(entry)) count(world.coverage, `recovery: ${way}`);
      if (detail !== undefined) checkLeaks(detail, 'a report');
      count(world.coverage, `${change.kind}: ${outcome}`);
      if (outcome !== 'done' || detail !== undefined)
        world.trace.say(process.name, 'reports', change.kind, change.subject, outcome, detail ?? '');
    }
  }
}
