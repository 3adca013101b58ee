/**
 * A Kubernetes API server on loopback: etcd and kube-apiserver, and the controller manager's garbage
 * collection and deletion of namespaces where that program is there. Several may run at a time.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasManager } from './assets.ts';
import { apiFlags, etcdFlags, findPorts } from './flags.ts';
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
  readonly etcdUrl: string;
}

export interface Cluster extends ClusterFacts {
  readonly processes: Processes;
  /** Flags stay until others are given. With `wait: false` it resolves before the server answers. */
  startApi(options?: { readonly flags?: readonly string[]; readonly wait?: boolean }): Promise<void>;
  startEtcd(): Promise<void>;
  /** Paths that must answer 200 before a restarted server counts as ready: custom resources come late. */
  addReadyPath(path: string): void;
  /** Makes etcd forget all older revisions. */
  compact(): Promise<void>;
  /** Copies what etcd holds. @returns the folder of the copy */
  saveEtcd(): Promise<string>;
  /** Puts an earlier copy in its place, as after a disaster, and starts both programs anew. */
  restoreEtcd(copy: string): Promise<void>;
  /** Another serving certificate at the next start of the API server. @returns its authority then */
  renewCertificate(): Promise<string>;
  stop(): Promise<void>;
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
    etcdUrl,
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
  const startEtcd = async () => {
    processes.launch('etcd', [join(bin, 'etcd'), ...etcdFlags(folder, ports)]);
    await processes.until('etcd', async () => (await fetch(`${etcdUrl}/health`)).ok);
  };
  return Object.defineProperties(
    {
      processes,
      startApi,
      startEtcd,
      addReadyPath: (path: string) => void readyPaths.push(path),
      compact: () => compact(etcdUrl),
      saveEtcd: async () => {
        // Ended in order, so that all of it is in its files.
        await processes.end('etcd', 'SIGTERM');
        const copy = at(`etcd-${randomBytes(4).toString('hex')}`);
        cpSync(at('etcd'), copy, { recursive: true });
        await startEtcd();
        await processes.until('kube-apiserver', isWriting(facts));
        return copy;
      },
      restoreEtcd: async (copy: string) => {
        await processes.end('kube-apiserver');
        await processes.end('etcd');
        rmSync(at('etcd'), { recursive: true });
        cpSync(copy, at('etcd'), { recursive: true });
        await startEtcd();
        await startApi();
      },
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

/** Whether a change goes through to etcd. */
function isWriting(facts: ClusterFacts): () => Promise<boolean> {
  const path = '/api/v1/namespaces/default/configmaps';
  return async () => {
    const body = { metadata: { generateName: 'writing-' } };
    return (await talk(facts, 'POST', path, { body })).status === 201;
  };
}

function writeFiles(folder: string, token: string): void {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  writePrivate(join(folder, 'sa.key'), `${key.export({ type: 'pkcs1', format: 'pem' })}`);
  writePrivate(join(folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`);
}

function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
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
