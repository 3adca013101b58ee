/** What a controller of one namespace may do, as a role: given, taken away and given back by tests. */
import { admin, type Rule, tokenFor } from '../kit/shared.ts';
import type { ClusterFacts } from '../kit/start-cluster.ts';

const keyturn = ['keyturn.dev'];
const rbac = '/apis/rbac.authorization.k8s.io/v1';

const inNamespace: readonly Rule[] = [
  { apiGroups: keyturn, resources: ['tokensets'], verbs: ['get', 'list', 'watch', 'update', 'patch'] },
  { apiGroups: keyturn, resources: ['tokensets/status', 'tokensets/finalizers'], verbs: ['update', 'patch'] },
  {
    apiGroups: [''],
    resources: ['secrets'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
];

const inCluster: readonly Rule[] = [
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: keyturn, resources: ['clustertokenissuers'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: keyturn,
    resources: ['clustertokenissuers/status'],
    verbs: ['update', 'patch'],
  },
];

/** A service account with the rights of a controller of this namespace. @returns a real token of it */
export async function giveRights(cluster: ClusterFacts, namespace: string): Promise<string> {
  const name = 'keyturn';
  const metadata = { name };
  await admin(cluster, 'POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { body: { metadata } });
  const roles = `${rbac}/namespaces/${namespace}/roles`;
  await admin(cluster, 'POST', roles, { body: { metadata, rules: inNamespace } });
  await giveBack(cluster, namespace);
  const own = { name: `keyturn-${namespace}` };
  await admin(cluster, 'POST', `${rbac}/clusterroles`, { body: { metadata: own, rules: inCluster } });
  const body = {
    metadata: own,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: own.name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  };
  await admin(cluster, 'POST', `${rbac}/clusterrolebindings`, { body });
  return await tokenFor(cluster, namespace, name);
}

/** Takes the rights in the namespace away. */
export async function takeRights(cluster: ClusterFacts, namespace: string): Promise<void> {
  await admin(cluster, 'DELETE', `${rbac}/namespaces/${namespace}/rolebindings/keyturn`);
}

export async function giveBack(cluster: ClusterFacts, namespace: string): Promise<void> {
  const name = 'keyturn';
  const body = {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  };
  await admin(cluster, 'POST', `${rbac}/namespaces/${namespace}/rolebindings`, { body });
}
