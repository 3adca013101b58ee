/** What a controller of one namespace may do: there, at home, and the little that it must read elsewhere. */
import { admin } from '../kit/shared.ts';
import type { ClusterFacts } from '../kit/start-cluster.ts';

const inNamespace = [
  { apiGroups: ['keyturn.dev'], resources: ['tokensets'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: ['keyturn.dev'], resources: ['tokensets/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
];

const atHome = [
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
];

const inCluster = [
  { apiGroups: ['keyturn.dev'], resources: ['clustertokenissuers'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
];

const apiGroup = 'rbac.authorization.k8s.io';

/** Makes the service account `keyturn` at home, with its rights. */
export async function grantController(
  cluster: ClusterFacts,
  {
    namespace,
    home,
    isWide,
  }: { readonly namespace: string; readonly home: string; readonly isWide: boolean },
): Promise<void> {
  const rbac = `/apis/${apiGroup}/v1`;
  const subjects = [{ kind: 'ServiceAccount', name: 'keyturn', namespace: home }];
  const post = (path: string, body: object) => admin(cluster, 'POST', path, { body });
  await post(`/api/v1/namespaces/${home}/serviceaccounts`, { metadata: { name: 'keyturn' } });
  for (const [there, rules] of [[namespace, inNamespace] as const, [home, atHome] as const]) {
    const metadata = { name: 'keyturn' };
    const roleRef = { apiGroup, kind: 'Role', name: 'keyturn' };
    await post(`${rbac}/namespaces/${there}/roles`, { metadata, rules });
    await post(`${rbac}/namespaces/${there}/rolebindings`, { metadata, roleRef, subjects });
  }
  const metadata = { name: `keyturn-${home}` };
  // What a Role grants goes with its namespace.
  await post(`${rbac}/clusterroles`, { metadata, rules: [...inCluster, ...(isWide ? inNamespace : [])] });
  const roleRef = { apiGroup, kind: 'ClusterRole', name: metadata.name };
  await post(`${rbac}/clusterrolebindings`, { metadata, roleRef, subjects });
}
