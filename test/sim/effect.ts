/**
 * An effect of a process is one request or one write. Its request arrives at one time and its answer at
 * another; either may be lost, and the process may freeze or die between any two of them.
 */
import { count } from './coverage.ts';
import type { Feature } from './features.ts';
import { editCutOff } from './people.ts';
import { begin, type Process } from './process.ts';
import { Violation, type World } from './world.ts';

/** One effect, and what its failures look like from inside. */
export interface Step<Result> {
  /** Its part in the protocol, such as `commit`: names the crash point. */
  readonly what: string;
  readonly about: string;
  readonly changes: boolean;
  /** Its answer carries the provider's `Date`. */
  readonly tellsTime?: boolean;
  /** No network in between: nothing is lost on the way. */
  readonly local?: boolean;
  /** Clearly did not happen. */
  readonly refused: () => Error | Result;
  /** May have happened. */
  readonly unknown: () => Error | Result;
}

const answerTimeoutMs = 30_000;
const second = 1_000;

/** Carries out one effect of a process. A dead one waits for ever. */
export async function effect<Result>(
  world: World,
  process: Process,
  step: Step<Result>,
  act: () => Result,
): Promise<Result> {
  const { scheduler, trace } = world;
  const { life } = process;
  // What was about to run beside the effect that killed it.
  if (process.isDead) return await new Promise(() => undefined);
  const fate = drawFate(world, process, step);
  if (fate !== 'none') {
    process.faults++;
    trace.say(process.name, fate, 'at', step.what, step.about);
  }
  return await new Promise((resolve, reject) => {
    const answer = (atMs: number, settle: () => void): void => {
      scheduler.at(Math.max(atMs, process.frozenUntil), () => {
        if (process.life !== life) return false;
        if (scheduler.now() < process.frozenUntil) {
          answer(process.frozenUntil, settle);
          return false;
        }
        settle();
        return true;
      });
    };
    const end = (outcome: Error | Result): void =>
      outcome instanceof Error ? reject(outcome) : resolve(outcome);
    const arrive = (answered: boolean): void => {
      const outcome = attempt(world, process, { step, act });
      // Its answer says when the provider wrote it, in whole seconds.
      const date = new Date(Math.floor(scheduler.now() / second) * second);
      if (!answered) return;
      answer(scheduler.now() + latencyMs(world), () => {
        if (step.tellsTime) process.clock.hear(date.toUTCString());
        end(outcome);
      });
    };
    const arriveAt = (atMs: number, answered: boolean): void =>
      scheduler.at(atMs, () => {
        arrive(answered);
        return false;
      });
    const now = scheduler.now();
    switch (fate) {
      case 'crash before':
        return die(world, process, `${step.what}, not sent`);
      case 'crash while':
        arriveAt(now + latencyMs(world), false);
        return die(world, process, `${step.what}, on its way`);
      case 'crash after':
        return scheduler.at(now + latencyMs(world), () => {
          if (process.life !== life) return false;
          arrive(false);
          die(world, process, `${step.what}, done`);
          return false;
        });
      case 'refused':
        return answer(now + latencyMs(world), () => end(step.refused()));
      case 'lost':
        return answer(now + answerTimeoutMs, () => end(step.unknown()));
      case 'answer lost':
        arriveAt(now + latencyMs(world), false);
        return answer(now + answerTimeoutMs, () => end(step.unknown()));
      case 'late':
        arriveAt(now + answerTimeoutMs + world.dice('late').between(0, 600_000), false);
        return answer(now + answerTimeoutMs, () => end(step.unknown()));
      case 'freeze before':
        freeze(world, process);
        return scheduler.at(process.frozenUntil, () => {
          if (process.life === life) arrive(true);
          return false;
        });
      case 'freeze after':
        freeze(world, process);
        return arriveAt(now + latencyMs(world), true);
      case 'none':
        return arriveAt(Math.max(now, process.frozenUntil) + latencyMs(world), true);
    }
  });
}

function attempt<Result>(
  world: World,
  process: Process,
  { step, act }: { readonly step: Step<Result>; readonly act: () => Result },
): Error | Result {
  world.step++;
  if (step.changes) process.writes++;
  world.trace.say(process.name, step.what, step.about);
  try {
    return act();
  } catch (error) {
    if (error instanceof Violation || !(error instanceof Error)) throw error;
    return error;
  }
}

type Fate =
  | 'none'
  | 'crash before'
  | 'crash while'
  | 'crash after'
  | 'refused'
  | 'lost'
  | 'answer lost'
  | 'late'
  | 'freeze before'
  | 'freeze after';

function drawFate(world: World, process: Process, step: Step<unknown>): Fate {
  if (world.calm) return 'none';
  const strikes = (feature: Feature, weight = 1): boolean => {
    // Faults are aimed at the effects that cannot be taken back.
    const aim = /^(create|commit|deliver|revoke)/.test(step.what) && feature !== 'crash' ? 3 : 1;
    const rate = world.rates[feature] * weight * aim;
    return rate > 0 && world.dice(`${feature}/${process.name}`).chance(rate);
  };
  // Most effects are reads, and most of what a crash can spoil are writes.
  if (strikes('crash', step.changes ? 5 : 0.5)) {
    const when = world.dice('crash when').pick(['crash before', 'crash while', 'crash after'] as const);
    return step.local && when === 'crash while' ? 'crash after' : when;
  }
  if (strikes('freeze')) return world.dice('freeze when').pick(['freeze before', 'freeze after'] as const);
  if (strikes('refused')) return 'refused';
  if (step.local) return 'none';
  if (strikes('lost')) return 'lost';
  if (strikes('answerLost')) return 'answer lost';
  return strikes('late') && step.changes ? 'late' : 'none';
}

function latencyMs(world: World): number {
  const dice = world.dice('latency');
  const isSlow = !world.calm && world.rates.slow > 0 && dice.chance(world.rates.slow);
  return isSlow
    ? dice.pick([dice.between(1_000, 20_000), dice.between(1_000, 20_000), dice.between(20_000, 29_000)])
    : dice.between(10, 300);
}

function freeze(world: World, process: Process): void {
  const dice = world.dice('freeze');
  const ms = dice.pick([dice.between(30_000, 180_000), dice.between(180_000, 7_200_000)]);
  process.frozenUntil = world.scheduler.now() + ms;
  // A laptop that sleeps stops its monotonic clock; a paused container does not.
  if (world.rates.sleepingLaptop > 0 && dice.chance(world.rates.sleepingLaptop)) process.sleptMs += ms;
  if (world.rates.clockStep > 0 && dice.chance(world.rates.clockStep)) {
    process.wallSkewMs = dice.between(-600_000, 600_000);
  }
  count(world.coverage, 'fault: freeze');
}

function die(world: World, process: Process, where: string): void {
  world.trace.say(process.name, 'dies at', where);
  count(world.coverage, `crash: ${where}`);
  begin(world, process);
  process.isDead = true;
  if (/^(record|create,)/.test(where)) editCutOff(world, process.machine);
}
