// The test cluster itself: what the other files of this folder rely on.
import { describe, expect, it } from '@jest/globals';
import { hasManager } from './kit/assets.ts';
import {
  admin,
  eventually,
  freshNamespace,
  kubectl,
  serviceAccount,
  sharedCluster,
  tokenFor,
} from './kit/shared.ts';
import { talk } from './kit/talk.ts';

const cluster = sharedCluster();

describe('the test cluster', () => {
  it('is a Kubernetes that kubectl talks to', async () => {
    const { stdout } = await kubectl(cluster, ['version', '--output=json']);
    expect(JSON.parse(stdout).serverVersion.gitVersion).toMatch(/^v1\.\d+\.\d+$/);
  });

  it('lets a service account do what its role says and nothing else', async () => {
    const namespace = await freshNamespace(cluster);
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
    const token = await serviceAccount(cluster, namespace, { rules });
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    expect((await talk({ ...cluster, token }, 'GET', `${path}/none`)).status).toBe(404);
    expect((await talk({ ...cluster, token }, 'GET', path)).status).toBe(403);
    expect((await admin(cluster, 'GET', path)).body.items).toEqual([]);
    expect(await tokenFor(cluster, namespace, 'keyturn')).not.toBe(token);
  });

  const ifManaged = hasManager(cluster.bin) ? it : it.skip;
  if (!hasManager(cluster.bin)) console.log('SKIPPED: these binaries have no kube-controller-manager.');
  ifManaged('removes a namespace that is deleted', async () => {
    const path = `/api/v1/namespaces/${await freshNamespace(cluster)}`;
    await admin(cluster, 'DELETE', path);
    const gone = async () => (await talk(cluster, 'GET', path)).status === 404 || undefined;
    expect(await eventually('the namespace is gone', gone)).toBe(true);
  });
});
