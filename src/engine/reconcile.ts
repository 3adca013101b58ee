/**
 * Observe, plan, let someone look, apply: one pass over every set of a run. The only entrance of the front
 * ends.
 */
import { InvariantError } from '../core/errors.ts';
import { assume } from '../core/plan/assume.ts';
import { plan } from '../core/plan/plan.ts';
import type { Neighbour, Plan, PlanInput, Requests } from '../core/plan/types.ts';
import { apply } from './apply.ts';
import { observe } from './observe.ts';
import type { Run, SetInRun, SetReport } from './run.ts';
import { noteAnswers, startTimekeeper, type Timekeeper } from './time.ts';
import { beginWork } from './work.ts';

export interface PlannedSet {
  readonly entry: SetInRun;
  /** What the plan was made from. */
  readonly input: PlanInput;
  readonly plan: Plan;
}

/** What a pass found, before anything is done about it. */
export interface Pass {
  readonly run: Run;
  readonly timekeeper: Timekeeper;
  readonly sets: readonly PlannedSet[];
}

/**
 * Reads the world and plans.
 *
 * @throws ProviderError `credential` when the credential is dead; anything else unread is `unknown` in the
 * plan.
 */
export async function prepare(run: Run): Promise<Pass> {
  const timekeeper = startTimekeeper(run);
  const observations = await observe(run);
  noteAnswers(timekeeper);
  const sets = [...observations].map(([entry, observation]) => {
    const seen: PlanInput = {
      set: entry.set,
      title: entry.provider.title,
      owner: entry.owner,
      capabilities: entry.provider.capabilities,
      observation,
      requests: entry.requests,
      neighbours: run.sets.filter((other) => other !== entry).map(describeNeighbour),
    };
    const input = entry.assume ? assume(seen, entry.assume) : seen;
    return { entry, input, plan: plan(input) };
  });
  return { run, timekeeper, sets };
}

/**
 * Plans again from what was observed, with other requests: as when approvals were looked up for what the
 * first plan asked for. Reads nothing.
 */
export function replan(pass: Pass, requestsOf: (planned: PlannedSet) => Requests): Pass {
  const sets = pass.sets.map((planned) => {
    const input = { ...planned.input, requests: requestsOf(planned) };
    return { entry: planned.entry, input, plan: plan(input) };
  });
  return { ...pass, sets };
}

/**
 * Applies what {@link prepare} planned. Sets go one after the other, so that a failure is easy to place.
 *
 * @throws InvariantError before anything is done, when any of the plans was made from marks alone
 */
export async function carryOut(pass: Pass): Promise<readonly SetReport[]> {
  const assumed = pass.sets.find((planned) => planned.plan.assumed);
  if (assumed) {
    throw new InvariantError(
      `the plan of "${assumed.plan.set}" was made without receipts: it is for reading`,
    );
  }
  const reports: SetReport[] = [];
  for (const { entry, input, plan: made } of pass.sets) {
    const { observation } = input;
    const { run, timekeeper } = pass;
    const entries = await apply(beginWork(run, entry, { plan: made, observation, timekeeper }));
    reports.push({ plan: made, entries });
  }
  return reports;
}

/** One pass without anybody looking. */
export async function reconcile(run: Run): Promise<readonly SetReport[]> {
  return await carryOut(await prepare(run));
}

function describeNeighbour({ set, owner }: SetInRun): Neighbour {
  const destinations = set.declarations.flatMap(({ deliverTo }) => deliverTo.map(({ identity }) => identity));
  const kept = set.declarations.filter(({ state }) => state !== 'Moved');
  const absent = new Set(set.users.filter(({ state }) => state === 'Absent').map(({ name }) => name));
  const ending = kept.filter(({ state, user }) => state === 'Absent' || absent.has(user));
  return {
    name: set.name,
    owner,
    declarations: new Set(kept.map(({ name }) => name)),
    ending: new Set(ending.map(({ name }) => name)),
    destinations: new Set(destinations),
  };
}
