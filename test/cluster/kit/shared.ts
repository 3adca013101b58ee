/**
 * The cluster that a whole run of the cluster tests shares, and what tests make in it: a namespace each,
 * service accounts with rights and tokens. A file that breaks its API server starts a cluster of its own.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { ClusterFacts } from './start-cluster.ts';
import { type Answer, talk } from './talk.ts';

/** The environment variable that hands the shared cluster to the test files. */
export const sharedVariable = 'KEYTURN_TEST_CLUSTER';

/** The cluster of this run, as `run.ts` started it. */
export function sharedCluster(): ClusterFacts {
  const text = process.env[sharedVariable];
  if (!text) throw new Error('There is no test cluster: run these tests with "npm run test:cluster".');
  return JSON.parse(text) as ClusterFacts;
}

/** @throws when the answer is no success, unless `accept` names its status */
export async function admin(
  cluster: ClusterFacts,
  method: string,
  path: string,
  options: { readonly body?: object; readonly type?: string; readonly accept?: readonly number[] } = {},
): Promise<Answer> {
  const answer = await talk(cluster, method, path, options);
  if (answer.status < 300 || options.accept?.includes(answer.status)) return answer;
  throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 1000)}`);
}

/** Makes a namespace that no other test has. @returns its name */
export async function freshNamespace(
  cluster: ClusterFacts,
  labels: Readonly<Record<string, string>> = {},
  name = `test-${randomBytes(5).toString('hex')}`,
): Promise<string> {
  await admin(cluster, 'POST', '/api/v1/namespaces', { body: { metadata: { name, labels } } });
  return name;
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** A service account that may do what the rules say in its namespace. @returns a token of ten minutes */
export async function serviceAccount(
  cluster: ClusterFacts,
  namespace: string,
  { name = 'keyturn', rules }: { readonly name?: string; readonly rules: readonly Rule[] },
): Promise<string> {
  const core = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const metadata = { name };
  await admin(cluster, 'POST', core, { body: { metadata } });
  await admin(cluster, 'POST', `${rbac}/roles`, { body: { metadata, rules } });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  await admin(cluster, 'POST', `${rbac}/rolebindings`, { body: { metadata, roleRef, subjects } });
  return await tokenFor(cluster, namespace, name);
}

/** A token of the service account, as a pod would get it; ten minutes is the shortest there is. */
export async function tokenFor(cluster: ClusterFacts, namespace: string, name: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const body = { spec: { expirationSeconds: 600 } };
  return String((await admin(cluster, 'POST', path, { body })).body.status.token);
}

/** Runs the cluster's own kubectl. @throws with its words when it fails */
export async function kubectl(
  cluster: ClusterFacts,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
  return await promisify(execFile)(`${cluster.bin}/kubectl`, args, { env, maxBuffer: 32 * 1024 * 1024 });
}

/** Polls until `check` gives something. A slow machine makes it slow, not red. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined> | T | undefined,
  boundMs = 120_000,
): Promise<T> {
  const endMs = performance.now() + boundMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endMs) throw new Error(`not within ${boundMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
