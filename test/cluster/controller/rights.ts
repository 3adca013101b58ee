/** What a controller of one namespace may do. */
import { admin } from '../kit/shared.ts';
import type { ClusterFacts } from '../kit/start-cluster.ts';

const inNamespace = [
  { apiGroups: ['keyturn.dev'], resources: ['tokensets'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: ['keyturn.dev'], resources: ['tokensets/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
];

const inCluster = [
  { apiGroups: ['keyturn.dev'], resources: ['clustertokenissuers'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
];

/** Makes the service account `keyturn` in the namespace, with rights there and a few to read elsewhere. */
export async function grantController(cluster: ClusterFacts, namespace: string): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const subjects = [{ kind: 'ServiceAccount', name: 'keyturn', namespace }];
  const apiGroup = 'rbac.authorization.k8s.io';
  const post = (path: string, body: object) => admin(cluster, 'POST', path, { body });
  const there = `namespaces/${namespace}`;
  await post(`/api/v1/${there}/serviceaccounts`, { metadata: { name: 'keyturn' } });
  await post(`${rbac}/${there}/roles`, { metadata: { name: 'keyturn' }, rules: inNamespace });
  await post(`${rbac}/${there}/rolebindings`, {
    metadata: { name: 'keyturn' },
    roleRef: { apiGroup, kind: 'Role', name: 'keyturn' },
    subjects,
  });
  await post(`${rbac}/clusterroles`, { metadata: { name: `keyturn-${namespace}` }, rules: inCluster });
  await post(`${rbac}/clusterrolebindings`, {
    metadata: { name: `keyturn-${namespace}` },
    roleRef: { apiGroup, kind: 'ClusterRole', name: `keyturn-${namespace}` },
    subjects,
  });
}
