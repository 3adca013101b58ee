// Watches that last, on a real API server whose connections, memory and certificates fail.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import { mirrorCollection } from '../../../src/kubernetes/mirror.ts';
import { secrets } from '../../../src/kubernetes/objects.ts';
import { systemRuntime } from '../../../src/net/runtime.ts';
import { admin, eventually, freshNamespace, sharedCluster } from '../kit/shared.ts';
import { type Cluster, startCluster } from '../kit/start-cluster.ts';
import { type FollowOptions, followSecrets, sees } from './follow.ts';
import { clientOf, never, tokenAccess } from './harness.ts';

let cluster: Cluster;
let client: KubernetesClient;

beforeAll(async () => {
  cluster = await startCluster(sharedCluster().bin);
  client = clientOf(tokenAccess(cluster, cluster.token));
});
afterAll(async () => {
  await client?.close();
  await cluster?.stop();
});

const follow = (namespace: string, options?: FollowOptions) => followSecrets(client, namespace, options);

async function put(namespace: string, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  await admin(cluster, 'POST', path, { body: { metadata: { name }, data: { key: 'c2VjcmV0' } } });
}

async function remove(namespace: string, name: string): Promise<void> {
  await admin(cluster, 'DELETE', `/api/v1/namespaces/${namespace}/secrets/${name}`);
}

async function restart(): Promise<void> {
  await cluster.processes.end('kube-apiserver');
  await cluster.startApi();
}

describe('a mirror of a collection', () => {
  it('shows what is there and what changes', async () => {
    const namespace = await freshNamespace(cluster);
    await put(namespace, 'a');
    const followed = follow(namespace);
    await sees(followed, 'a');
    await put(namespace, 'b');
    await sees(followed, 'a b');
    await remove(namespace, 'a');
    await sees(followed, 'b');
    expect(followed.troubles).toEqual([]);
    await followed.stop();
  });

  it('holds no value of a Secret where metadata is all that is wanted', async () => {
    const namespace = await freshNamespace(cluster);
    await put(namespace, 'listed');
    const followed = follow(namespace, { metadataOnly: true });
    await sees(followed, 'listed');
    await put(namespace, 'watched');
    await sees(followed, 'listed watched');
    expect(JSON.stringify([...followed.mirror.entries])).not.toContain('c2VjcmV0');
    await followed.stop();
  });

  it('misses nothing while its watch is cut again and again', async () => {
    await cluster.processes.end('kube-apiserver');
    await cluster.startApi({ flags: ['--min-request-timeout=2'] });
    const namespace = await freshNamespace(cluster);
    // The server ends each watch after one or two seconds.
    const shorter: KubernetesClient = {
      ...client,
      openWatch: (collection, request) => {
        const query = { ...request.query, timeoutSeconds: '1' };
        return client.openWatch(collection, { ...request, query });
      },
    };
    const changes: string[] = [];
    const stop = new AbortController();
    let starts = 0;
    const mirror = mirrorCollection(
      shorter,
      { resource: secrets, namespace },
      {
        runtime: systemRuntime(),
        signal: stop.signal,
        keep: () => true,
        onChange: (key, kept) => changes.push(`${kept ? '+' : '-'}${key.split('/')[1]}`),
        onWatching: () => {
          starts += 1;
        },
      },
    );
    await eventually('a list', () => mirror.isSynced() || undefined);
    for (let rank = 0; rank < 4; rank += 1) {
      await put(namespace, `s${rank}`);
      const before = starts;
      await eventually('another watch', () => starts > before || undefined);
      await remove(namespace, `s${rank}`);
    }
    await eventually('all of it', () => changes.length === 8 || undefined);
    expect(changes).toEqual(['+s0', '-s0', '+s1', '-s1', '+s2', '-s2', '+s3', '-s3']);
    stop.abort();
    await mirror.ended;
    await cluster.processes.end('kube-apiserver');
    await cluster.startApi({ flags: [] });
  });

  it('goes on after the API server was killed, with what changed meanwhile', async () => {
    const namespace = await freshNamespace(cluster);
    await put(namespace, 'before');
    const followed = follow(namespace);
    await sees(followed, 'before');
    await cluster.processes.end('kube-apiserver');
    await eventually('trouble', () => followed.troubles.length > 0 || undefined);
    await cluster.startApi();
    await put(namespace, 'after');
    await remove(namespace, 'before');
    await sees(followed, 'after');
    await followed.stop();
  });

  it('lists again when the server has forgotten where it was (410)', async () => {
    const namespace = await freshNamespace(cluster);
    await put(namespace, 'a');
    // The first watch begins at a version that is long gone.
    let isFirst = true;
    const forgetful: KubernetesClient = {
      ...client,
      openWatch: (collection, request) => {
        const query = isFirst ? { ...request.query, resourceVersion: '1' } : request.query;
        isFirst = false;
        return client.openWatch(collection, { ...request, query });
      },
    };
    const stop = new AbortController();
    const troubles: string[] = [];
    let lists = 0;
    const list: KubernetesClient['list'] = (...given) => {
      lists += 1;
      return client.list(...given);
    };
    const mirror = mirrorCollection(
      { ...forgetful, list },
      { resource: secrets, namespace },
      {
        runtime: systemRuntime(),
        signal: stop.signal,
        keep: () => true,
        onChange: () => undefined,
        onTrouble: ({ kind }) => troubles.push(kind),
      },
    );
    await eventually('the 410', () => troubles.length > 0 || undefined);
    await put(namespace, 'b');
    await eventually('what came after', () => mirror.entries.size === 2 || undefined);
    expect([troubles, lists]).toEqual([['gone'], 2]);
    stop.abort();
    await mirror.ended;
  });

  it('takes a watch that falls silent for dead', async () => {
    const namespace = await freshNamespace(cluster);
    const followed = follow(namespace, { silenceMs: 1500 });
    await eventually('a watch', () => followed.starts() > 0 || undefined);
    cluster.processes.signal('kube-apiserver', 'SIGSTOP');
    await eventually('that it notices', () => followed.troubles.length > 0 || undefined);
    cluster.processes.signal('kube-apiserver', 'SIGCONT');
    await put(namespace, 'a');
    await sees(followed, 'a');
    await followed.stop();
  });

  it('notices that etcd was restored to an earlier state', async () => {
    const namespace = await freshNamespace(cluster);
    await put(namespace, 'kept');
    const snapshot = await cluster.saveEtcd();
    for (const name of ['lost1', 'lost2', 'lost3']) await put(namespace, name);
    const followed = follow(namespace);
    await sees(followed, 'kept lost1 lost2 lost3');
    await cluster.restoreEtcd(snapshot);
    await sees(followed, 'kept');
    await put(namespace, 'new');
    await sees(followed, 'kept new');
    await followed.stop();
  });

  it('reads pages to the end though the server forgets their version', async () => {
    await cluster.processes.end('kube-apiserver');
    await cluster.startApi({ flags: ['--feature-gates=ListFromCacheSnapshot=false'] });
    const namespace = await freshNamespace(cluster);
    for (const name of ['a', 'b', 'c']) await put(namespace, name);
    const access = tokenAccess(cluster, cluster.token);
    let requests = 0;
    const forgetting = clientOf({
      ...access,
      current: async () => {
        requests += 1;
        // Between the first page and the second.
        if (requests === 2) {
          await put(namespace, 'd');
          await cluster.compact();
        }
        return await access.current();
      },
    });
    const { items } = await forgetting.list({ resource: secrets, namespace }, never, { pageSize: 1 });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c', 'd']);
    // A page, one that is forgotten, and all at once.
    expect(requests).toBe(3);
    await forgetting.close();
    await restart();
  });
});
