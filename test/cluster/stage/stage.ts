/**
 * A controller at work: as a process of its own, with a real token of a service account that may do what its
 * role says, between a real API server and an emulated Aiven. The clock of the emulator is moved by tests.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/emulator/start.ts';
import { installCustomResources } from '../kit/install.ts';
import { openProcesses, type Processes } from '../kit/processes.ts';
import { admin, eventually, freshNamespace } from '../kit/shared.ts';
import type { ClusterFacts } from '../kit/start-cluster.ts';
import { expectNoValues } from './canary.ts';
import { type Consumer, startConsumer } from './consumer.ts';
import { giveRights } from './rights.ts';

interface KnownToken {
  readonly prefix: string;
  readonly description: string | null;
  readonly state: string;
  readonly seeded: boolean;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface Stage {
  readonly cluster: ClusterFacts;
  readonly namespace: string;
  readonly emulator: Emulator;
  readonly processes: Processes;
  /** Starts a controller, under this name. */
  launch(name?: string, env?: Readonly<Record<string, string>>): void;
  /** What the controllers wrote, by name. */
  logs(): ReadonlyMap<string, string>;
  /** Creates or changes an object; its `metadata` says where. */
  apply(object: object): Promise<void>;
  /** The value that the Secret of this name holds. */
  served(name?: string): Promise<string | undefined>;
  /** A condition of a TokenSet; undefined where it has none. */
  condition(type: string, name?: string): Promise<Condition | undefined>;
  ready(name?: string): Promise<void>;
  /** Waits until the Secret holds another value than this one. @returns it */
  replaced(before: string | undefined, name?: string): Promise<string>;
  /** Every token that lives at the emulator but the administrator's. */
  live(): Promise<readonly KnownToken[]>;
  /** Whether the provider takes the value; no use of it. */
  works(value: string | undefined): Promise<boolean>;
  /** Lets time pass until only what is served lives. The consumer goes on meanwhile. */
  settled(): Promise<void>;
  /** Calls the emulator's controls. */
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  consume(name?: string): Consumer;
  /** Ends everything, and looks for token values where none may be. */
  close(options?: { readonly destinations?: readonly string[] }): Promise<void>;
}

const sets = 'apis/keyturn.dev/v1alpha1';
const root = join(import.meta.dirname, '..', '..', '..');

export interface StageOptions {
  readonly emulator?: EmulatorOptions;
  /** Where the controllers find the API server, if not where it is. */
  readonly serverUrl?: string;
}

/** @param cluster shared, or the file's own */
export async function openStage(cluster: ClusterFacts, options: StageOptions = {}): Promise<Stage> {
  await installCustomResources(cluster);
  const namespace = await freshNamespace(cluster);
  const emulator = await startEmulator({
    ...options.emulator,
    toggles: { rateLimit: 'off', ...options.emulator?.toggles },
  });
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-stage-'));
  const processes = openProcesses(folder);
  const { serverUrl = cluster.url } = options;
  const kubeconfig = writeKubeconfig({ url: serverUrl, ca: cluster.ca }, folder, {
    namespace,
    token: await giveRights(cluster, namespace),
  });
  const names: string[] = [];
  const consumers: Consumer[] = [];
  const values = new Set([emulator.adminToken]);
  const control = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return (await (await fetch(`${emulator.controlUrl}/${path}`, init)).json()) as Record<string, unknown>;
  };
  const secretPath = (name: string) => `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const stage: Stage = {
    cluster,
    namespace,
    emulator,
    processes,
    control,
    launch: (name = 'controller', env = {}) => {
      names.push(name);
      processes.launch(name, [process.execPath, join(root, 'src', 'main-controller.ts')], {
        cwd: root,
        env: { ...environment(kubeconfig, namespace), ...env },
      });
    },
    logs: () => new Map(names.map((name) => [`the log of ${name}`, processes.logOf(name)])),
    apply: async (object) => await applyObject(cluster, object),
    served: async (name = 'deploy') => {
      const { body } = await admin(cluster, 'GET', secretPath(name), { accept: [404] });
      const text = body.data?.token;
      if (text === undefined) return undefined;
      const value = Buffer.from(text, 'base64').toString('utf8');
      values.add(value);
      return value;
    },
    condition: async (type, name = 'payments') => {
      const path = `/${sets}/namespaces/${namespace}/tokensets/${name}`;
      const { body } = await admin(cluster, 'GET', path, { accept: [404] });
      const conditions = (body.status?.conditions ?? []) as readonly Condition[];
      return conditions.find((one) => one.type === type);
    },
    ready: async (name = 'payments') => {
      const isReady = async () => (await stage.condition('Ready', name))?.status === 'True' || undefined;
      await explained(stage, eventually(`"${name}" is Ready`, isReady));
    },
    replaced: async (before, name = 'deploy') => {
      const other = async () => {
        const value = await stage.served(name).catch(() => undefined);
        return value === before ? undefined : value;
      };
      return await explained(stage, eventually(`another value in "${name}"`, other));
    },
    live: async () =>
      ((await control('tokens'))['tokens'] as KnownToken[]).filter(
        ({ seeded, state }) => !seeded && state === 'live',
      ),
    works: async (value) =>
      value !== undefined && (await control('check', { token: value }))['live'] === true,
    settled: async () => {
      const isSettled = async () => {
        const ids = (await stage.live()).map(({ prefix }) => prefix);
        const served = await stage.served().catch(() => undefined);
        if (ids.length === 1 && served?.startsWith(ids[0] ?? '-')) return true;
        await control('clock', { advance: '13h' });
        // As long as it takes to look again, and longer than consumers take.
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return undefined;
      };
      await explained(stage, eventually('only what is served lives', isSettled, 180_000));
    },
    consume: (name = 'deploy') => {
      const consumer = startConsumer(cluster, { namespace, name, url: emulator.url });
      consumers.push(consumer);
      return consumer;
    },
    close: async ({ destinations = ['deploy'] } = {}) => {
      try {
        for (const consumer of consumers) {
          await consumer.stop();
          for (const value of consumer.values) values.add(value);
        }
        for (const name of names) if (processes.isAlive(name)) await processes.end(name);
        await expectNoValues(stage, { values, destinations: [...destinations, 'aiven-admin'] });
      } finally {
        await processes.stop();
        await emulator.close();
      }
    },
  };
  await stage.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'aiven-admin', namespace },
    data: { token: Buffer.from(emulator.adminToken).toString('base64') },
  });
  return stage;
}

function environment(kubeconfig: string, namespace: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    KUBECONFIG: kubeconfig,
    KEYTURN_NAMESPACE: namespace,
    KEYTURN_PORT: '0',
    KEYTURN_LOOK_EVERY_SECONDS: '1',
    KEYTURN_REQUESTS_PER_MINUTE: 'unlimited',
    KEYTURN_LEASE_SECONDS: '6',
  };
}

function writeKubeconfig(
  { url, ca }: Pick<ClusterFacts, 'url' | 'ca'>,
  folder: string,
  { namespace, token }: { readonly namespace: string; readonly token: string },
): string {
  const certificate = Buffer.from(ca).toString('base64');
  const path = join(folder, 'kubeconfig');
  const text = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'c', namespace } }],
    clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority-data': certificate } }],
    users: [{ name: 'c', user: { token } }],
  };
  writeFileSync(path, JSON.stringify(text), { mode: 0o600 });
  return path;
}

interface Applied {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

async function applyObject(cluster: ClusterFacts, object: object): Promise<void> {
  const { apiVersion, kind, metadata } = object as Applied;
  const group = apiVersion.includes('/') ? 'apis' : 'api';
  const where = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  const path = `/${group}/${apiVersion}${where}/${kind.toLowerCase()}s/${metadata.name}`;
  await admin(cluster, 'PATCH', `${path}?fieldManager=test&force=true`, {
    body: object,
    type: 'application/apply-patch+yaml',
  });
}

/** What the controllers said last, where a test gives up waiting. */
async function explained<T>(stage: Stage, waiting: Promise<T>): Promise<T> {
  try {
    return await waiting;
  } catch (error) {
    const logs = [...stage.logs()].map(([name, text]) => `${name}:\n${text.slice(-3000)}`);
    throw new Error(`${String(error)}\n${logs.join('\n')}`, { cause: error });
  }
}
