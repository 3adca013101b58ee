// The client's calls and failures, on a real API server.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import { secrets } from '../../../src/kubernetes/objects.ts';
import { kubeconfigAccess } from '../../../src/kubernetes/kubeconfig.ts';
import { freshNamespace, serviceAccount, sharedCluster } from '../kit/shared.ts';
import { clientOf, failureOfCall, never, secretIn, tokenAccess } from './harness.ts';

const cluster = sharedCluster();
const signal = never;
let client: KubernetesClient;

beforeAll(() => {
  client = clientOf(tokenAccess(cluster, cluster.token));
});
afterAll(async () => await client.close());

describe('the Kubernetes client', () => {
  it('creates, reads, replaces, patches, applies and deletes', async () => {
    const place = secretIn(await freshNamespace(cluster), 'one');
    const made = await client.create(place, { metadata: { name: 'one' }, data: { a: 'MQ==' } }, { signal });
    expect((await client.get(place, signal))['data']).toEqual({ a: 'MQ==' });
    const replaced = await client.replace(place, { ...made, data: { b: 'Mg==' } }, { signal });
    expect(replaced['data']).toEqual({ b: 'Mg==' });
    const patched = await client.patch(place, { data: { b: null, c: 'Mw==' } }, { signal });
    expect(patched['data']).toEqual({ c: 'Mw==' });
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one' }, data: { d: 'NA==' } };
    expect((await client.apply(place, body, { signal }))['data']).toEqual({ c: 'Mw==', d: 'NA==' });
    expect(await client.remove(place, signal)).toBe(true);
    expect(await client.remove(place, signal)).toBe(false);
    expect(await client.find(place, signal)).toBeUndefined();
  });

  it('stores nothing in a dry run', async () => {
    const place = secretIn(await freshNamespace(cluster), 'dry');
    await client.create(place, { metadata: { name: 'dry' } }, { dryRun: true, signal });
    expect(await client.find(place, signal)).toBeUndefined();
  });

  it('lists page by page, and metadata alone where only that is wanted', async () => {
    const namespace = await freshNamespace(cluster);
    for (const name of ['a', 'b', 'c'])
      await client.create(secretIn(namespace, name), { metadata: { name }, data: { x: 'MQ==' } }, { signal });
    const before = client.sent();
    const { items } = await client.list({ resource: secrets, namespace }, signal, { pageSize: 1 });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
    expect(client.sent() - before).toBe(3);
    const names = await client.list({ resource: secrets, namespace }, signal, { metadataOnly: true });
    expect(names.items.map((item) => [item.metadata.name, item['data']])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', undefined],
    ]);
  });

  it('tells its failures apart', async () => {
    const namespace = await freshNamespace(cluster);
    const place = secretIn(namespace, 'one');
    const body = { metadata: { name: 'one' } };
    const made = await client.create(place, body, { signal });
    const kinds: readonly (readonly [string, Promise<unknown>])[] = [
      ['missing', client.get(secretIn(namespace, 'none'), signal)],
      ['exists', client.create(place, body, { signal })],
      ['conflict', client.replace(place, { metadata: { name: 'one', resourceVersion: '1' } }, { signal })],
      ['conflict', client.remove(place, signal, { preconditions: { uid: 'another' } })],
      ['invalid', client.create(secretIn(namespace, 'x'), { metadata: { name: 'UPPER' } }, { signal })],
      ['invalid', client.patch(place, { type: 'other' }, { signal })],
    ];
    for (const [kind, call] of kinds) expect((await failureOfCall(call)).kind).toBe(kind);
    expect((await client.get(place, signal)).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    const invalid = await failureOfCall(client.patch(place, { type: 'other' }, { signal }));
    expect(invalid.causes.map(({ field }) => field)).toEqual(['type']);
    expect(invalid.message).toMatch(/^kubernetes: changing Secret test-\w+\/one failed: 422\./);
  });

  it('says what RBAC does not allow, and what a wrong token is', async () => {
    const namespace = await freshNamespace(cluster);
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
    const token = await serviceAccount(cluster, namespace, { rules });
    const limited = clientOf(tokenAccess(cluster, token));
    const body = { metadata: { name: 'one' } };
    expect((await failureOfCall(limited.create(secretIn(namespace, 'one'), body, { signal }))).kind).toBe(
      'forbidden',
    );
    const unknown = clientOf(tokenAccess(cluster, 'nobodys'));
    expect((await failureOfCall(unknown.get(secretIn(namespace, 'one'), signal))).kind).toBe('unauthorized');
    await limited.close();
    await unknown.close();
  });

  it('reaches the cluster through a kubeconfig', async () => {
    const env = { KUBECONFIG: cluster.kubeconfig };
    const access = kubeconfigAccess({ env, homeFolder: '/none', monotonicMs: () => performance.now() });
    const other = clientOf(access);
    const place = secretIn(await freshNamespace(cluster), 'one');
    expect(await other.find(place, signal)).toBeUndefined();
    await other.close();
  });
});
