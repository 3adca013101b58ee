// The manifests on a real API server of their own: they are taken strictly, the pods may run where the
// restricted standard holds, the rights are enough and no more, and receipts are guarded.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { installCustomResources, manifestsFolder } from './kit/install.ts';
import {
  admin,
  eventually,
  freshNamespace,
  kubectl,
  serviceAccount,
  sharedCluster,
  tokenFor,
} from './kit/shared.ts';
import { type Cluster, startCluster } from './kit/start-cluster.ts';
import { talk } from './kit/talk.ts';

const strictly = ['--validate=strict'];
const receipt = 'keyturn.dev/receipt';
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster(sharedCluster().bin, { manager: true });
  await installCustomResources(cluster);
  await kubectl(cluster, ['apply', ...strictly, '-k', manifestsFolder]);
  for (const name of ['payments', 'research'])
    await admin(cluster, 'POST', '/api/v1/namespaces', { body: { metadata: { name } } });
});

afterAll(async () => {
  await cluster?.stop();
});

/** What `kubectl apply` of it says, without its effect. */
async function tryOut(...where: readonly string[]): Promise<string> {
  const { stdout, stderr } = await kubectl(cluster, ['apply', '--dry-run=server', ...strictly, ...where]);
  return stdout + stderr;
}

interface Asked {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** Whether the service account of the controller may do it. */
async function may(serviceAccount: string, asked: Asked): Promise<boolean> {
  const [namespace] = serviceAccount.split(':');
  const spec = {
    user: `system:serviceaccount:${serviceAccount}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    resourceAttributes: { group: '', ...asked },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  return (await admin(cluster, 'POST', path, { body: { spec } })).body.status.allowed;
}

describe('the manifests', () => {
  it('are taken strictly by the API server', async () => {
    const said = await tryOut('-k', manifestsFolder);
    expect(said).toMatch(/deployment.apps\/keyturn/);
    expect(said).not.toMatch(/warn/i);
  });

  it('for one namespace are taken, too, and put everything there', async () => {
    const said = await tryOut('-k', join(manifestsFolder, 'one-namespace'));
    expect(said).not.toMatch(/warn/i);
    const { stdout } = await kubectl(cluster, ['kustomize', join(manifestsFolder, 'one-namespace')]);
    expect([...stdout.matchAll(/namespace: (\S+)/g)].map(([, name]) => name)).not.toContain('keyturn-system');
    expect(stdout).toMatch(/resourceNames:\n +- payments\n +- kube-system/);
    expect(stdout).toMatch(/name: KEYTURN_NAMESPACE/);
  });

  const examples = readdirSync(join(manifestsFolder, 'examples'));
  it.each(examples)('hold the example %s, which is taken', async (name) => {
    expect(await tryOut('-f', join(manifestsFolder, 'examples', name))).toMatch(/created/);
  });

  it('make pods that may run where the restricted standard is enforced', async () => {
    const path = '/apis/apps/v1/namespaces/keyturn-system/deployments/keyturn';
    const { template } = (await admin(cluster, 'GET', path)).body.spec;
    const pods = '/api/v1/namespaces/keyturn-system/pods?dryRun=All';
    const pod = { ...template, metadata: { ...template.metadata, name: 'trial' } };
    expect((await talk(cluster, 'POST', pods, { body: pod })).status).toBe(201);
    const asRoot = structuredClone(pod);
    asRoot.spec.containers[0].securityContext.capabilities.drop = [];
    expect((await talk(cluster, 'POST', pods, { body: asRoot })).status).toBe(403);
  });
});

describe('the rights of the controller', () => {
  const everywhere = 'keyturn-system:keyturn';
  const needed: readonly Asked[] = [
    { verb: 'watch', group: 'keyturn.dev', resource: 'tokensets' },
    { verb: 'patch', group: 'keyturn.dev', resource: 'tokensets', namespace: 'payments' },
    {
      verb: 'patch',
      group: 'keyturn.dev',
      resource: 'tokensets',
      subresource: 'status',
      namespace: 'payments',
    },
    { verb: 'watch', group: 'keyturn.dev', resource: 'clustertokenissuers' },
    { verb: 'watch', resource: 'secrets' },
    ...['get', 'create', 'patch', 'delete'].map((verb) => ({
      verb,
      resource: 'secrets',
      namespace: 'payments',
    })),
    { verb: 'list', resource: 'namespaces' },
    { verb: 'create', group: 'events.k8s.io', resource: 'events', namespace: 'payments' },
    ...['get', 'create', 'update'].map((verb) => ({
      verb,
      group: 'coordination.k8s.io',
      resource: 'leases',
      namespace: 'keyturn-system',
      name: 'keyturn-controller',
    })),
  ];
  it('are enough', async () => {
    for (const asked of needed)
      await eventually(JSON.stringify(asked), async () => (await may(everywhere, asked)) || undefined);
  });

  const kept: readonly Asked[] = [
    { verb: 'delete', group: 'keyturn.dev', resource: 'tokensets', namespace: 'payments' },
    { verb: 'update', group: 'keyturn.dev', resource: 'tokensets', namespace: 'payments' },
    { verb: 'patch', group: 'keyturn.dev', resource: 'clustertokenissuers', name: 'aiven-prod' },
    { verb: 'deletecollection', resource: 'secrets', namespace: 'payments' },
    { verb: 'create', resource: 'pods', namespace: 'payments' },
    { verb: 'get', resource: 'configmaps', namespace: 'payments' },
    { verb: 'update', group: 'coordination.k8s.io', resource: 'leases', namespace: 'kube-system' },
    {
      verb: 'update',
      group: 'coordination.k8s.io',
      resource: 'leases',
      namespace: 'keyturn-system',
      name: 'other',
    },
    { verb: 'bind', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
    { verb: 'impersonate', resource: 'users' },
  ];
  it('are no more than that', async () => {
    const excess = [];
    for (const asked of kept) if (await may(everywhere, asked)) excess.push(asked);
    expect(excess).toEqual([]);
  });

  it('of one namespace end there', async () => {
    await kubectl(cluster, ['apply', ...strictly, '-k', join(manifestsFolder, 'one-namespace')]);
    const one = 'payments:keyturn';
    for (const asked of [
      { verb: 'patch', resource: 'secrets', namespace: 'payments' },
      { verb: 'watch', resource: 'namespaces', name: 'payments' },
      { verb: 'watch', group: 'keyturn.dev', resource: 'clustertokenissuers' },
    ])
      await eventually(JSON.stringify(asked), async () => (await may(one, asked)) || undefined);
    expect(await may(one, { verb: 'get', resource: 'secrets', namespace: 'research' })).toBe(false);
    expect(await may(one, { verb: 'list', resource: 'secrets' })).toBe(false);
    expect(await may(one, { verb: 'watch', resource: 'namespaces' })).toBe(false);
    // What is there for the whole cluster stays as it was.
    expect(await may(everywhere, { verb: 'list', resource: 'secrets' })).toBe(true);
  });
});

describe('receipts', () => {
  it('are changed by the controller, and by nobody who may merely edit Secrets', async () => {
    const namespace = await freshNamespace(cluster);
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    const verbs = ['get', 'create', 'update', 'patch', 'delete'];
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs }];
    const person = { ...cluster, token: await serviceAccount(cluster, namespace, { name: 'person', rules }) };
    const controller = { ...cluster, token: await tokenFor(cluster, 'keyturn-system', 'keyturn') };
    await eventually('the policy is active', async () => {
      const body = { metadata: { name: 'trial', annotations: { [receipt]: 'x' } } };
      return (await talk(person, 'POST', `${path}?dryRun=All`, { body })).status === 403 || undefined;
    });
    const made = await talk(controller, 'POST', path, {
      body: { metadata: { name: 'served', annotations: { [receipt]: '{"v":1}' } } },
    });
    expect(made.status).toBe(201);
    const patch = (target: typeof person, annotations: object) =>
      talk(target, 'PATCH', `${path}/served`, {
        body: { metadata: { annotations } },
        type: 'application/merge-patch+json',
      });
    const refused = await patch(person, { [receipt]: '{"v":2}' });
    expect([refused.status, refused.body.message]).toEqual([
      403,
      expect.stringMatching(/not yours to change/),
    ]);
    expect((await patch(person, { [receipt]: null })).status).toBe(403);
    expect((await patch(person, { note: 'mine' })).status).toBe(200);
    expect((await patch(controller, { [receipt]: '{"v":2}' })).status).toBe(200);
    expect((await talk(person, 'DELETE', `${path}/served`)).status).toBe(200);
  });
});
