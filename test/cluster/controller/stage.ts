/**
 * A controller as its own process, under its own rights and with a real token of its service account, on the
 * shared cluster: one namespace to look after and an emulated Aiven for each test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/emulator/start.ts';
import { installCustomResources } from '../kit/install.ts';
import { admin, eventually, freshNamespace, sharedCluster, tokenFor } from '../kit/shared.ts';
import type { ClusterFacts } from '../kit/start-cluster.ts';
import { grantController } from './rights.ts';

const entry = join(import.meta.dirname, '..', '..', '..', 'src', 'main-controller.ts');

interface KnownToken {
  readonly prefix: string;
  readonly userName: string;
  readonly description: string | null;
  readonly state: string;
  readonly seeded: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind
type Loose = any;

export interface Stage {
  readonly cluster: ClusterFacts;
  readonly namespace: string;
  /** Of the controller: its lease, and the credentials of issuers. */
  readonly home: string;
  readonly emulator: Emulator;
  /** Everything that any controller of the stage said. */
  readonly said: string[];
  startController(env?: Readonly<Record<string, string>>): Promise<Controller>;
  control(path: string, body?: unknown, method?: string): Promise<Loose>;
  /** Tokens at the emulator but the administrator's. */
  tokens(): Promise<readonly KnownToken[]>;
  live(user?: string): Promise<readonly KnownToken[]>;
  /** Of the namespace, as `tokensets/name` or `secrets/name`; undefined: it is not there. */
  get(path: string): Promise<Loose>;
  put(kind: 'tokensets' | 'secrets', body: object): Promise<Loose>;
  patch(path: string, body: object): Promise<Loose>;
  remove(path: string): Promise<void>;
  /** The value that a consumer of the Secret reads. */
  value(secret: string, key?: string): Promise<string | undefined>;
  /** Whether the provider takes that value. */
  works(value: string | undefined): Promise<boolean>;
  condition(set: string, type: string): Promise<Loose>;
  /** Waits for a condition, for the generation that the set has. */
  until(set: string, type: string, status: string, reason?: string, boundMs?: number): Promise<Loose>;
  /** Waits until the set is Ready and nothing is under way. */
  ready(set: string): Promise<Loose>;
  end(): Promise<void>;
}

interface Controller {
  readonly child: ChildProcess;
  readonly url: string;
  metrics(): Promise<string>;
  /** @returns the exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

interface StageOptions {
  /** Rights in every namespace, which outlast the deletion of one. */
  readonly isWide?: boolean;
  /** The shared one unless told. */
  readonly cluster?: ClusterFacts;
  /** A fresh one unless told. */
  readonly namespace?: string;
}

/** @param options of the emulated Aiven */
export async function setStage(
  options: EmulatorOptions = {},
  { isWide = false, ...given }: StageOptions = {},
): Promise<Stage> {
  const cluster = given.cluster ?? sharedCluster();
  await installCustomResources(cluster);
  const namespace = await freshNamespace(cluster, {}, given.namespace);
  const home = await freshNamespace(cluster);
  const emulator = await startEmulator({ ...options, toggles: { rateLimit: 'off', ...options.toggles } });
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-controller-'));
  await grantController(cluster, { namespace, home, isWide });
  const said: string[] = [];
  const controllers: Controller[] = [];
  const at = (path: string): string => {
    const [plural = '', ...name] = path.split('/');
    const root = plural === 'tokensets' ? '/apis/keyturn.dev/v1alpha1' : '/api/v1';
    return [`${root}/namespaces/${namespace}/${plural}`, ...name].join('/');
  };
  const get: Stage['get'] = async (path) => {
    const answer = await admin(cluster, 'GET', at(path), { accept: [404] });
    return answer.status === 404 ? undefined : answer.body;
  };
  const control: Stage['control'] = async (path, body, method = body === undefined ? 'GET' : 'POST') => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${emulator.controlUrl}/${path}`, { method, ...sent });
    return await answer.json();
  };
  const tokens: Stage['tokens'] = async () =>
    (await control('tokens')).tokens.filter((token: KnownToken) => !token.seeded);
  const condition: Stage['condition'] = async (set, type) =>
    (await get(`tokensets/${set}`))?.status?.conditions?.find((one: Loose) => one.type === type);
  const until: Stage['until'] = async (set, type, status, reason, boundMs) =>
    await eventually(
      `${set} is ${type}=${status} ${reason ?? ''}`,
      async () => {
        const object = await get(`tokensets/${set}`);
        const found = object?.status?.conditions?.find((one: Loose) => one.type === type);
        const isNow = found?.observedGeneration === object?.metadata.generation;
        const isIt = found?.status === status && (reason === undefined || found.reason === reason);
        return isNow && isIt ? object : undefined;
      },
      boundMs,
    ).catch((error: unknown) => explain(error, set));
  const explain = async (error: unknown, set: string): Promise<never> => {
    const object = JSON.stringify((await get(`tokensets/${set}`))?.status, null, 1);
    throw new Error(`${String(error)}\n${object}\n${said.join('').slice(-6000)}`);
  };
  return {
    cluster,
    namespace,
    home,
    emulator,
    said,
    startController: async (env = {}) => {
      const kubeconfig = join(folder, `kubeconfig-${controllers.length}`);
      await writeFile(kubeconfig, formatKubeconfig(cluster, await tokenFor(cluster, home, 'keyturn')));
      const controller = await launch(kubeconfig, { namespace, home, said, env });
      controllers.push(controller);
      return controller;
    },
    control,
    tokens,
    live: async (user) =>
      (await tokens()).filter(({ state, userName }) => state === 'live' && (user ?? userName) === userName),
    get,
    put: async (kind, body) => (await admin(cluster, 'POST', at(kind), { body })).body,
    patch: async (path, body) =>
      (await admin(cluster, 'PATCH', at(path), { body, type: 'application/merge-patch+json' })).body,
    remove: async (path) => void (await admin(cluster, 'DELETE', at(path), { accept: [404] })),
    value: async (secret, key = 'token') => {
      const held = (await get(`secrets/${secret}`))?.data?.[key];
      return held && Buffer.from(held, 'base64').toString();
    },
    works: async (value) => (await control('check', { token: value ?? '' })).live === true,
    condition,
    until,
    ready: async (set) => {
      await until(set, 'Ready', 'True');
      return await until(set, 'Reconciling', 'False');
    },
    end: async () => {
      for (const controller of controllers) await controller.stop('SIGKILL');
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a controller, and waits until it serves. */
export async function launch(
  kubeconfig: string,
  {
    namespace,
    home,
    said,
    env,
  }: {
    readonly namespace: string;
    readonly home: string;
    readonly said: string[];
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<Controller> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry], {
    env: {
      PATH: process.env['PATH'],
      HOME: tmpdir(),
      KUBECONFIG: kubeconfig,
      POD_NAMESPACE: home,
      KEYTURN_NAMESPACE: namespace,
      KEYTURN_PORT: '0',
      KEYTURN_REQUESTS_PER_MINUTE: 'unlimited',
      KEYTURN_LOOK_EVERY_SECONDS: '2',
      KEYTURN_LEASE_SECONDS: '6',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let heard = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      said.push(text);
    });
  }
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const port = await eventually('the controller has started', () => {
    if (child.exitCode !== null) throw new Error(`the controller ended:\n${heard}`);
    return /"message":"started".*"port":(\d+)/.exec(heard)?.[1];
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    child,
    url,
    metrics: async () => await (await fetch(`${url}/metrics`)).text(),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

export function formatKubeconfig({ url, ca }: ClusterFacts, token: string): string {
  const cluster = {
    server: url,
    'certificate-authority-data': Buffer.from(ca).toString('base64'),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    clusters: [{ name: 'it', cluster }],
    users: [{ name: 'it', user: { token } }],
  });
}
