/** One term as leader: watches the cluster and works on every set whose turn has come, until it ends. */
import { createEventRecorder } from '../kubernetes/events.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { Term } from '../kubernetes/leader.ts';
import type { SystemRuntime } from '../net/runtime.ts';
import { createBudget } from './budget.ts';
import { openConnections } from './connections.ts';
import type { Log } from './log.ts';
import type { Measures } from './measures.ts';
import type { Office } from './office.ts';
import { noteOwnWrites } from './own-writes.ts';
import { createQueue, type WorkQueue } from './queue.ts';
import { routeChanges } from './routes.ts';
import type { Settings } from './settings.ts';
import { work } from './work.ts';
import { keepSweeping } from './sweep.ts';
import { watchWorld, type World } from './world.ts';

export interface View {
  readonly world: World;
  readonly queue: WorkQueue;
  /** Requests that wait for a budget. */
  readonly waiting: () => number;
}

export interface LeadOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly runtime: SystemRuntime;
  readonly client: KubernetesClient;
  readonly clusterId: string;
  readonly measures: Measures;
  readonly log: Log;
  /** Aborted when the process is to end: what is in flight is finished. */
  readonly stop: AbortSignal;
  /** Aborted when there is no more time for that. */
  readonly kill: AbortSignal;
  /** What is known, for probes and metrics. */
  readonly onWorld: (view: View) => void;
}

export async function lead(term: Term, options: LeadOptions): Promise<void> {
  const { settings, runtime, log, measures, stop, kill } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([term.signal, kill, ended.signal]);
  const stopped = AbortSignal.any([term.signal, stop]);
  const own = noteOwnWrites(options.client);
  const later: { office?: Office } = {};
  const queue = createQueue({
    runtime,
    workers: settings.workers,
    work: (key) => {
      if (!later.office) throw new Error('work before there is an office');
      return work(later.office, key);
    },
    onFailure: (key, error) => tellFailure(log, key, error),
  });
  const routes = routeChanges({
    ...{ queue, measures, own },
    ownNamespace: settings.ownNamespace,
    wallMs: () => runtime.wallMs(),
    world: () => later.office?.world,
  });
  const onTrouble = (error: Error): void => {
    measures.watchTroubles.add({});
    log.write('warn', error.message);
  };
  const world = watchWorld(own.client, { runtime, signal, ...settings, ...routes, onTrouble });
  const office = openOffice(term, options, { client: own.client, world, signal, stopped });
  later.office = office;
  const waiting = () =>
    office.connections.all().reduce((sum, { budget }) => sum + budget.waiting(), office.budget.waiting());
  options.onWorld({ world, queue, waiting });
  log.write('info', 'leading', { identity: settings.identity });
  try {
    while (!world.isSynced() && !stopped.aborted) await runtime.sleep(20, stopped);
    const sweeping = keepSweeping(office, stopped);
    await queue.run(stopped);
    await sweeping;
  } finally {
    ended.abort();
    await world.ended;
    await office.connections.close();
    log.write('info', 'no longer leading', { identity: settings.identity });
  }
}

function openOffice(
  term: Term,
  options: LeadOptions,
  {
    client,
    world,
    signal,
    stopped,
  }: {
    readonly client: KubernetesClient;
    readonly world: World;
    readonly signal: AbortSignal;
    readonly stopped: AbortSignal;
  },
): Office {
  const { settings, runtime, log } = options;
  const connections = openConnections({
    ...options,
    ...settings,
    client,
    concurrency: 10,
    mayBegin: () => term.isLeading(),
    secretVersion: (namespace, name) => world.secretVersion(namespace, name),
    onCredential: (value) => log.hide(value),
    signal,
  });
  const events = createEventRecorder(client, {
    runtime,
    controller: 'keyturn.dev/controller',
    instance: settings.identity,
    signal,
  });
  return {
    ...options,
    client,
    world,
    connections,
    budget: createBudget(settings.requestsPerMinuteInAll, runtime),
    events,
    memories: new Map(),
    traces: new Map(),
    isLeading: () => term.isLeading(),
    signal,
    stop: stopped,
  };
}

function tellFailure(log: Log, key: string, error: unknown): void {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  // Told already, with what it was about.
  if (name === 'Incomplete') {
    log.write('debug', message, { key });
    return;
  }
  const isKnown = ['ProviderError', 'DeliveryError'].includes(name);
  const stack = isKnown || !(error instanceof Error) ? undefined : error.stack;
  log.write('error', message, { key, ...(stack === undefined ? {} : { stack }) });
}
