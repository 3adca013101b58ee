/**
 * A Kubernetes API server on loopback: etcd and kube-apiserver, and the controller manager's garbage
 * collection and deletion of namespaces where that program is there. Several may run at a time.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasManager } from './assets.ts';
import { openProcesses, type Processes } from './processes.ts';
import { talk } from './talk.ts';

/** What a test needs to talk to a cluster; plain data. */
export interface ClusterFacts {
  readonly bin: string;
  readonly folder: string;
  readonly url: string;
  /** The serving certificate's authority, in PEM. */
  readonly ca: string;
  /** Of a member of system:masters, whom neither RBAC nor throttling stops. */
  readonly token: string;
  readonly kubeconfig: string;
  /** Signs tokens of service accounts. */
  readonly serviceAccountKey: string;
}

export interface Cluster extends ClusterFacts {
  readonly processes: Processes;
  readonly etcdUrl: string;
  /** Flags stay until others are given. With `wait: false` it resolves before the server answers. */
  startApi(options?: { readonly flags?: readonly string[]; readonly wait?: boolean }): Promise<void>;
  startEtcd(): Promise<void>;
  /** Paths that must answer 200 before a restarted server counts as ready: custom resources come late. */
  addReadyPath(path: string): void;
  /** Makes etcd forget all older revisions. */
  compact(): Promise<void>;
  /** Another serving certificate at the next start of the API server. @returns its authority then */
  renewCertificate(): Promise<string>;
  stop(): Promise<void>;
}

interface Ports {
  readonly etcd: number;
  readonly peer: number;
  readonly api: number;
}

const tries = 3;

export async function startCluster(
  bin: string,
  options: { readonly flags?: readonly string[]; readonly manager?: boolean } = {},
): Promise<Cluster> {
  for (let tried = 1; ; tried += 1) {
    const cluster = await prepare(bin, options.flags ?? []);
    try {
      await cluster.startEtcd();
      await cluster.startApi();
      if (options.manager && hasManager(bin)) startManager(cluster);
      return cluster;
    } catch (error) {
      await cluster.stop();
      // A port may have been taken since it was found free.
      if (tried === tries || !/address already in use/.test(String(error))) throw error;
    }
  }
}

async function prepare(bin: string, firstFlags: readonly string[]): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-cluster-'));
  const processes = openProcesses(folder);
  const ports = await findPorts();
  const token = randomBytes(24).toString('hex');
  const url = `https://127.0.0.1:${ports.api}`;
  const etcdUrl = `http://127.0.0.1:${ports.etcd}`;
  writeFiles(folder, token);
  const readyPaths = ['/readyz'];
  let flags = firstFlags;
  const at = (name: string) => join(folder, name);
  const facts = {
    bin,
    folder,
    url,
    token,
    kubeconfig: at('kubeconfig'),
    serviceAccountKey: at('sa.key'),
    get ca() {
      const path = at('certs/apiserver.crt');
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    },
  };
  const startApi = async (options: { readonly flags?: readonly string[]; readonly wait?: boolean } = {}) => {
    flags = options.flags ?? flags;
    processes.launch('kube-apiserver', [join(bin, 'kube-apiserver'), ...apiFlags(folder, ports), ...flags]);
    if (options.wait === false) return;
    for (const path of readyPaths)
      await processes.until('kube-apiserver', async () => (await talk(facts, 'GET', path)).status === 200);
    writeKubeconfig(facts);
  };
  return Object.defineProperties(
    {
      processes,
      etcdUrl,
      startApi,
      startEtcd: async () => {
        processes.launch('etcd', [join(bin, 'etcd'), ...etcdFlags(folder, ports)]);
        await processes.until('etcd', async () => (await fetch(`${etcdUrl}/health`)).ok);
      },
      addReadyPath: (path: string) => void readyPaths.push(path),
      compact: () => compact(etcdUrl),
      renewCertificate: async () => {
        await processes.end('kube-apiserver');
        rmSync(at('certs'), { recursive: true });
        await startApi();
        return facts.ca;
      },
      stop: () => processes.stop(),
    },
    Object.getOwnPropertyDescriptors(facts),
  ) as Cluster;
}

/** All held open at once, so that they differ. */
async function findPorts(): Promise<Ports> {
  const listen = async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  };
  const servers = [await listen(), await listen(), await listen()];
  const [etcd = 0, peer = 0, api = 0] = servers.map((server) => {
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { etcd, peer, api };
}

function writeFiles(folder: string, token: string): void {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  writePrivate(join(folder, 'sa.key'), `${key.export({ type: 'pkcs1', format: 'pem' })}`);
  writePrivate(join(folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`);
}

function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}

function etcdFlags(folder: string, ports: Ports): readonly string[] {
  const [client, peer] = [`http://127.0.0.1:${ports.etcd}`, `http://127.0.0.1:${ports.peer}`];
  return [
    '--name=n',
    `--data-dir=${join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    // Without it bookmarks carry a new version every ten minutes only.
    '--watch-progress-notify-interval=5s',
    '--heartbeat-interval=50',
    '--election-timeout=500',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=n=${peer}`,
  ];
}

function apiFlags(folder: string, ports: Ports): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.api}`,
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    '--permit-port-sharing',
    `--cert-dir=${join(folder, 'certs')}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.key')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged',
    '--disable-admission-plugins=ServiceAccount',
  ];
}

function startManager({ processes, bin, kubeconfig }: Cluster): void {
  processes.launch('kube-controller-manager', [
    join(bin, 'kube-controller-manager'),
    `--kubeconfig=${kubeconfig}`,
    '--controllers=garbage-collector-controller,namespace-controller',
    '--leader-elect=false',
    '--secure-port=0',
  ]);
}

function writeKubeconfig({ kubeconfig, url, ca, token }: ClusterFacts): void {
  const certificate = Buffer.from(ca).toString('base64');
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': certificate } }],
    users: [{ name: 'admin', user: { token } }],
  });
  writePrivate(kubeconfig, text);
}

async function compact(etcdUrl: string): Promise<void> {
  const post = async (operation: string, body: object): Promise<{ header: { revision: string } }> => {
    const answer = await fetch(`${etcdUrl}/v3/kv/${operation}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { header: { revision: string } };
  };
  const { revision } = (await post('range', { key: 'Lw==', limit: 1 })).header;
  await post('compaction', { revision, physical: true });
}
