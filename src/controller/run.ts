/**
 * The controller as a process: settings, the way to the cluster, probes and metrics, and leadership. What it
 * does while it leads is in `lead.ts`.
 */
import { hostname, homedir } from 'node:os';
import type { Access } from '../kubernetes/access.ts';
import { chooseAccess } from '../kubernetes/choose-access.ts';
import { createKubernetesClient, type KubernetesClient } from '../kubernetes/client.ts';
import { createLeader } from '../kubernetes/leader.ts';
import { namespaces } from '../kubernetes/objects.ts';
import { type SystemRuntime, systemRuntime } from '../net/runtime.ts';
import { lead, type View } from './lead.ts';
import { createLog, type Log } from './log.ts';
import { createMeasures } from './measures.ts';
import { serve } from './serve.ts';
import { readSettings, type Settings } from './settings.ts';

export interface ControllerContext {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (line: string) => void;
  /** Aborted when the process is to end: what is in flight is finished. */
  readonly stop: AbortSignal;
  /** Aborted when there is no more time for that. */
  readonly kill: AbortSignal;
}

const defaultNamespace = 'keyturn-system';

/** @returns the exit code */
export async function runController(context: ControllerContext): Promise<number> {
  const { version, env, stop } = context;
  const runtime = systemRuntime();
  const log = createLog(context.write, () => runtime.wallMs());
  try {
    const access = await chooseAccess({
      env,
      homeFolder: homedir(),
      monotonicMs: () => runtime.monotonicMs(),
    });
    const own = env['POD_NAMESPACE']?.trim() || (await access.namespace()) || defaultNamespace;
    const settings = readSettings(env, own, hostname());
    await runWith(context, { access, settings, runtime, log });
    log.write('info', 'ended');
    return 0;
  } catch (error) {
    if (stop.aborted) return 0;
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' };
    log.write('error', message, { version, stack });
    return 1;
  }
}

interface Tools {
  readonly access: Access;
  readonly settings: Settings;
  readonly runtime: SystemRuntime;
  readonly log: Log;
}

async function runWith(context: ControllerContext, { access, settings, runtime, log }: Tools): Promise<void> {
  const { version, stop, kill } = context;
  const base = { access, version, runtime };
  // The lease has requests of its own, which nothing that is slow holds up.
  const leaseClient = createKubernetesClient({ ...base, concurrency: 2 });
  const leader = createLeader(leaseClient, {
    namespace: settings.ownNamespace,
    name: 'keyturn-controller',
    identity: settings.identity,
    runtime,
    durationMs: settings.leaseMs,
    renewEveryMs: settings.leaseMs / 7,
    onTrouble: (error) =>
      log.write('warn', `the lease: ${error instanceof Error ? error.message : String(error)}`),
  });
  const client = createKubernetesClient({ ...base, concurrency: 40, mayBegin: () => leader.isLeading() });
  let view: View | undefined;
  let clusterId: string | undefined;
  const measures = createMeasures({
    depth: () => view?.queue.depth() ?? 0,
    lagMs: () => view?.queue.lagMs() ?? 0,
    sets: () => view?.world.sets.size ?? 0,
    kubernetesRequests: () => client.sent() + leaseClient.sent(),
    isLeading: () => leader.isLeading(),
    waiting: () => view?.waiting() ?? 0,
  });
  const served = await serve(settings.port, {
    isHealthy: () => true,
    isReady: () => clusterId !== undefined && (!leader.isLeading() || view?.world.isSynced() === true),
    metrics: () => measures.text(),
  });
  log.write('info', 'started', { version, port: served.port, namespace: settings.namespace ?? '' });
  try {
    const id = await readClusterId(leaseClient, { runtime, log, stop });
    if (id === undefined) return;
    clusterId = id;
    const options = { settings, version, runtime, client, clusterId: id, measures, log, stop, kill };
    await leader.run(
      (term) =>
        lead(term, {
          ...options,
          onWorld: (now) => {
            view = now;
          },
        }),
      stop,
    );
  } finally {
    await served.close();
    await client.close();
    await leaseClient.close();
  }
}

/** The uid of kube-system: it tells this cluster from a copy of it. Asked for until it is known. */
async function readClusterId(
  client: KubernetesClient,
  { runtime, log, stop }: { readonly runtime: SystemRuntime; readonly log: Log; readonly stop: AbortSignal },
): Promise<string | undefined> {
  while (!stop.aborted) {
    try {
      const { metadata } = await client.get({ resource: namespaces, name: 'kube-system' }, stop);
      if (metadata.uid) return metadata.uid;
    } catch (error) {
      if (stop.aborted) break;
      log.write('warn', error instanceof Error ? error.message : String(error));
    }
    await runtime.sleep(2_000, stop);
  }
  return undefined;
}
