/** One simulated run: a seed decides the world, its faults, its people and the order of everything. */
import { actChaos } from './chaos.ts';
import { createCoverage } from './coverage.ts';
import { createStreams } from './dice.ts';
import { createDraft } from './draft.ts';
import { drawRates, type Feature, type Rates } from './features.ts';
import { settle } from './liveness.ts';
import { createApprovals } from './invariants/approval.ts';
import { addUser, createOrganization } from './organization.ts';
import { createProcess } from './process.ts';
import { createScheduler } from './scheduler.ts';
import { plantStrangers } from './tamper.ts';
import { createTrace } from './trace.ts';
import { Violation, type World } from './world.ts';

export interface RunOptions {
  /** Features that are switched off although the seed has them. */
  readonly without?: ReadonlySet<Feature>;
  /** At most so many declarations, and passes with faults. */
  readonly mostDeclarations?: number;
  readonly mostPasses?: number;
  /** Remember every event, not only the last ones. */
  readonly wholeTrace?: boolean;
}

export interface Outcome {
  readonly seed: number;
  readonly violation: { readonly invariant: string; readonly message: string } | undefined;
  readonly steps: number;
  readonly coverage: ReadonlyMap<string, number>;
  /** In plain words; empty unless something broke or the whole trace was asked for. */
  readonly trace: readonly string[];
  readonly rates: Rates;
  readonly declarations: number;
  readonly passes: number;
  /** Stands for the whole trace, remembered or not: equal for equal lives. */
  readonly fingerprint: number;
}

const startMs = Date.parse('2026-01-01T00:00:00Z');
const lastEvents = 40;

export async function runSeed(seed: number, options: RunOptions = {}): Promise<Outcome> {
  const world = createWorld(seed, options);
  const dice = world.dice('world');
  const declarations = Math.min(dice.pick([1, 1, 2, 2, 3, 3, 5]), options.mostDeclarations ?? 5);
  const passes =
    Math.min(4 + Math.floor(dice.next() * 9), options.mostPasses ?? 12) *
    (world.rates.quickRhythm > 0 ? 2 : 1);
  populate(world, declarations);
  let violation: Violation | undefined;
  try {
    await actChaos(world, passes);
    await settle(world);
  } catch (error) {
    violation = error instanceof Violation ? error : new Violation('BUG', String((error as Error).stack));
  }
  const trace = options.wholeTrace ? world.trace.last(Number.POSITIVE_INFINITY) : [];
  return {
    seed,
    violation: violation && { invariant: violation.invariant, message: violation.message },
    steps: world.step,
    coverage: world.coverage.counts,
    trace: violation && !options.wholeTrace ? world.trace.last(lastEvents) : trace,
    rates: world.rates,
    declarations,
    passes,
    fingerprint: world.trace.fingerprint(),
  };
}

/** The world of a seed, with nobody in it yet. */
export function createWorld(seed: number, { without = new Set(), wholeTrace = false }: RunOptions): World {
  const dice = createStreams(seed);
  const scheduler = createScheduler(startMs);
  const rates = drawRates(dice('rates'), without);
  const shape = dice('shape');
  return {
    seed,
    scheduler,
    trace: createTrace(() => scheduler.now(), wholeTrace ? undefined : lastEvents),
    coverage: createCoverage(),
    rates,
    organization: createOrganization(),
    draft: createDraft(dice('draft'), 0),
    processes: [],
    places: new Map(),
    dice,
    step: 0,
    calm: false,
    restarts: [],
    deeds: [],
    forged: new Set(),
    liedAt: undefined,
    episode: { credential: 'alive', credentialId: undefined, wrongOrganization: false, deleting: undefined },
    capabilities: { updateApplication: shape.chance(0.5), personalTokenQuota: shape.chance(0.2) ? 7 : 10 },
    explicitOwner: rates.explicitOwner > 0,
    approved: rates.approvals > 0 ? new Set() : 'all',
    approvals: createApprovals(),
  };
}

function populate(world: World, declarations: number): void {
  const { organization, scheduler, draft, dice, processes, rates } = world;
  const fresh = createDraft(dice('draft'), declarations);
  draft.shapes.push(...fresh.shapes);
  const chance = dice('populate');
  const atMs = scheduler.now();
  addUser(organization, { name: 'admin', atMs, personal: true });
  if (chance.chance(0.6)) addUser(organization, { name: 'ci', atMs });
  if (chance.chance(0.7)) addUser(organization, { name: 'etl', atMs });
  plantStrangers(world);
  processes.push(createProcess(world, 'A', 'one'));
  if (rates.secondReconciler > 0)
    processes.push(createProcess(world, 'B', rates.secondMachine > 0 ? 'two' : 'one'));
}
