/**
 * A process that runs keyturn: it has clocks of its own, may freeze, and may die between any two of its
 * effects. An effect is one request or one write; its request arrives at one time and its answer at another,
 * and either may be lost.
 */
import { type Memory, emptyMemory } from '../../src/engine/run.ts';
import { createServerClock, type ServerClock } from '../../src/net/server-clock.ts';
import { copyDraft, type Draft, setNames } from './draft.ts';
import type { World } from './world.ts';

export interface Process {
  readonly name: string;
  /** Whose disk it sees. */
  readonly machine: string;
  /** Counts its starts: what an earlier life asked for is never answered. */
  life: number;
  inPass: boolean;
  /** From its death to its next pass. */
  isDead: boolean;
  /** The plan is made and being carried out. */
  inApply: boolean;
  frozenUntil: number;
  /** How long its monotonic clock stood still, and how wrong its wall clock is. */
  sleptMs: number;
  wallSkewMs: number;
  memory: Memory;
  clock: ServerClock;
  /** When its pass began. */
  begunAt: number;
  /** Names of the sets of the pass. */
  sets: readonly string[];
  /** The manifest as it was when the pass began. */
  draft: Draft;
  /** Place → step of the last time this pass read it. */
  readonly readAt: Map<string, number>;
  /** The same, of the reads before the plan. */
  readonly plannedAt: Map<string, number>;
  /** Tokens that any list of the pass has shown, or that it knows by its own doing. */
  readonly shown: Set<string>;
  /** The same, of the lists before the plan. */
  readonly shownToPlan: Set<string>;
  /** Tokens that the places of the plan name as current. */
  readonly servedToPlan: Set<string>;
  /** Counts its passes: a request may arrive after the one that sent it is over. */
  passes: number;
  /** Tokens it issued in this pass and has not given to anybody. */
  readonly undelivered: Set<string>;
  /** Faults that struck the pass. */
  faults: number;
  /** Effects of the pass that change something. */
  writes: number;
}

export function createProcess(world: World, name: string, machine: string): Process {
  const process: Process = {
    name,
    machine,
    life: 0,
    inPass: false,
    isDead: false,
    inApply: false,
    frozenUntil: 0,
    sleptMs: 0,
    wallSkewMs: 0,
    memory: emptyMemory(),
    clock: createServerClock(() => 0),
    begunAt: 0,
    sets: setNames,
    draft: copyDraft(world.draft),
    readAt: new Map(),
    plannedAt: new Map(),
    shown: new Set(),
    shownToPlan: new Set(),
    servedToPlan: new Set(),
    passes: 0,
    undelivered: new Set(),
    faults: 0,
    writes: 0,
  };
  begin(world, process);
  return process;
}

/** A new life: nothing is remembered, and nothing under way is answered any more. */
export function begin(world: World, process: Process): void {
  process.life++;
  world.restarts.push(world.scheduler.now());
  process.inPass = false;
  process.inApply = false;
  process.memory = emptyMemory();
  process.clock = createServerClock(() => monotonicMs(world, process));
  const skews = world.dice(`skew/${process.name}`);
  process.wallSkewMs = world.rates.clockStep > 0 ? skews.between(-600_000, 600_000) : 0;
}

/** Milliseconds that never go back, and stand still while the machine sleeps. */
export function monotonicMs({ scheduler }: World, { sleptMs }: Process): number {
  return scheduler.now() - sleptMs;
}

/** What the two clocks of a machine show. */
export interface Clocks {
  readonly monotonic: number;
  readonly wall: number;
}

export function readClocks(world: World, process: Process): Clocks {
  return { monotonic: monotonicMs(world, process), wall: world.scheduler.now() + process.wallSkewMs };
}
