/**
 * Passes of one set with the shared engine: observe, plan, carry out, and once more until nothing is left to
 * do, so that what is told in the end is what there is. Other sets that take declarations over from this one
 * are planned beside it and never carried out.
 */
import { stopKey } from '../core/plan/guards.ts';
import type { Change, Requests } from '../core/plan/types.ts';
import type { ReportEntry } from '../core/report.ts';
import { summarize } from '../core/status.ts';
import { resolveKey } from '../destinations/resolve.ts';
import { carryOut, type PlannedSet, prepare } from '../engine/reconcile.ts';
import { emptyMemory, type Memory, type Run, type SetInRun } from '../engine/run.ts';
import type { Connection } from './connections.ts';
import { openDestinations } from './destinations.ts';
import type { Kept } from './kept.ts';
import type { Office } from './office.ts';
import { paceProvider } from './paced-provider.ts';
import { type ReadSet, readSet } from './read-set.ts';
import { rankOf } from './routes.ts';
import { dropTraces, noteTrace } from './traces.ts';
import type { Outcome } from './status.ts';
import { tellPlan, tellReport } from './tell.ts';
import { statusOf } from './write-object.ts';

export interface PassOptions {
  readonly key: string;
  readonly kept: Kept;
  readonly read: ReadSet;
  readonly connection: Connection;
  /** End everything that the set owns. */
  readonly destroy: boolean;
}

export interface PassEnd {
  readonly outcome: Outcome & { readonly kind: 'planned' };
  readonly planned: PlannedSet;
  /** What remains of a deletion. */
  readonly isLeft: boolean;
}

/** More are never needed: what one leaves waits for something. */
const mostRounds = 4;

/** @throws ProviderError when the provider could not be asked at all, or its credential is dead */
export async function passOver(office: Office, options: PassOptions): Promise<PassEnd> {
  const { key, kept, read } = options;
  const { client, version, runtime, settings, signal } = office;
  const { githubApiUrl } = settings;
  const destinations = await openDestinations(read.set, kept, {
    client,
    version,
    runtime,
    githubApiUrl,
    signal,
  });
  const memory = office.memories.get(key) ?? emptyMemory();
  try {
    const run = buildRun(office, options, { memory, open: destinations.open });
    let all: readonly ReportEntry[] = [];
    for (let round = 1; ; round += 1) {
      const pass = await prepare(run);
      const [planned] = pass.sets;
      if (!planned) throw new Error('a pass without a set');
      if (round === 1) await tellPlan(office, kept, planned.plan);
      const isStuck = all.some(({ outcome }) => outcome !== 'done');
      if (isStuck || round === mostRounds || office.stop.aborted || todo(planned).length === 0)
        return finish(office, { planned, entries: all, read });
      const [report] = await carryOut({ ...pass, sets: [planned] });
      all = [...all, ...(report?.entries ?? [])];
      await tellReport(office, kept, report?.entries ?? []);
    }
  } finally {
    if (memory.backOff.size > 0) office.memories.set(key, memory);
    else office.memories.delete(key);
    await destinations.close();
  }
}

function finish(
  { traces }: Office,
  {
    planned,
    entries,
    read,
  }: { readonly planned: PlannedSet; readonly entries: readonly ReportEntry[]; readonly read: ReadSet },
): PassEnd {
  const { plan, input } = planned;
  dropTraces(traces, read.owner.hash, input.observation);
  const outcome = {
    kind: 'planned',
    plan,
    summary: summarize(input, plan),
    entries,
    breaches: read.breaches,
  } as const;
  const isLeft =
    plan.changes.some(({ kind }) => kind !== 'keep') || entries.some((one) => one.outcome !== 'done');
  return { outcome, planned, isLeft };
}

/** Changes that nothing stops. */
function todo({ plan }: PlannedSet): readonly Change[] {
  const stopped = new Set(plan.refusals.flatMap(({ stops }) => stops));
  return plan.changes.filter((change) => change.kind !== 'keep' && !stopped.has(stopKey(change)));
}

function buildRun(
  office: Office,
  { key, kept, read, connection, destroy }: PassOptions,
  { memory, open }: { readonly memory: Memory; readonly open: Run['open'] },
): Run {
  const { log, measures, budget, runtime, isLeading, signal, stop } = office;
  const provider = paceProvider(connection.provider, {
    budgets: [budget, connection.budget],
    lists: connection.lists,
    rank: rankOf(kept, runtime.wallMs()),
    mayAct: isLeading,
    onIssued: (value) => log.hide(value),
    onCall: (operation, ended) =>
      measures.providerRequests.add({ provider: read.wanted.reference.kind, operation, ended }),
  });
  const own: SetInRun = { set: read.set, owner: read.owner, provider, requests: requestsOf(read, destroy) };
  return {
    sets: [own, ...heirsOf(office, key, { read, provider })],
    runtime,
    open,
    resolve: resolveKey,
    sweep: false,
    alsoList: usersToLookAt(office, kept, read),
    concurrency: 4,
    memory,
    signal,
    stop,
    onEvent: () => undefined,
  };
}

function requestsOf({ set, breaches }: ReadSet, destroy: boolean): Requests {
  const stopped = new Set(breaches.flatMap(({ declarations }) => declarations));
  const stoppedUsers = breaches.some(({ users }) => users.length > 0);
  const names = set.declarations.map(({ name }) => name).filter((name) => !stopped.has(name));
  // To end what was issued needs nobody's permission.
  const only = destroy || (stopped.size === 0 && !stoppedUsers) ? undefined : new Set(names);
  return { rotate: new Set(), only, destroy, acknowledge: new Set(), approved: 'all' };
}

/** Users of whom tokens were told of or found: hints where to look. What is there is judged by its mark. */
function usersToLookAt({ traces }: Office, kept: Kept, { owner }: ReadSet): ReadonlySet<string> {
  for (const { name } of statusOf(kept)?.tokens ?? []) {
    const user = name.slice(0, name.lastIndexOf('/'));
    if (user !== 'me') noteTrace(traces, owner.hash, user);
  }
  return traces.get(owner.hash) ?? new Set();
}

/** Sets of the namespace that take something over from this one. */
function heirsOf(
  { world, clusterId, settings }: Office,
  key: string,
  { read, provider }: { readonly read: ReadSet; readonly provider: SetInRun['provider'] },
): readonly SetInRun[] {
  const heirs: SetInRun[] = [];
  for (const [other, kept] of world.sets) {
    if (other === key || !kept.spec.includes('"formerOwners":[{') || kept.deletedAtMs !== undefined) continue;
    const heir = readSet(kept, { world, clusterId, ownNamespace: settings.ownNamespace });
    if (heir.kind !== 'set' || !heir.owner.former.has(read.owner.hash)) continue;
    if (JSON.stringify(heir.wanted.reference.config) !== JSON.stringify(read.wanted.reference.config))
      continue;
    heirs.push({ set: heir.set, owner: heir.owner, provider, requests: requestsOf(heir, false) });
  }
  return heirs;
}
