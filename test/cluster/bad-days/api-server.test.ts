// A controller whose API server is killed, forgets versions, or is restored from a backup, while tokens
// rotate.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, eventually, sharedCluster } from '../kit/shared.ts';
import { type Cluster, startCluster } from '../kit/start-cluster.ts';
import { tokenSet } from '../stage/set.ts';
import { openStage, type Stage } from '../stage/stage.ts';

let cluster: Cluster;
let stage: Stage;

beforeAll(async () => {
  cluster = await startCluster(sharedCluster().bin);
});
afterAll(async () => await cluster?.stop());
afterEach(async () => await stage.close());

async function open(): Promise<void> {
  stage = await openStage(cluster);
  cluster.addReadyPath('/apis/keyturn.dev/v1alpha1/tokensets?limit=1');
  await stage.apply(tokenSet(stage));
  stage.launch();
  await stage.ready();
}

/** How many tokens the provider ever issued to the set. */
async function issued(): Promise<number> {
  const tokens = (await stage.control('tokens'))['tokens'] as readonly { readonly seeded: boolean }[];
  return tokens.filter(({ seeded }) => !seeded).length;
}

describe('a controller', () => {
  it('commits the token it was issuing when the API server was killed', async () => {
    await open();
    const consumer = stage.consume();
    const first = await stage.served();
    await stage.control('faults', { fault: 'slowResponse=1,for=3s,on=POST access-tokens' });
    await stage.apply(tokenSet(stage, { trigger: 'one' }));
    await eventually('a second token is issued', async () => (await issued()) === 2 || undefined);
    await cluster.processes.end('kube-apiserver');
    await cluster.startApi();
    await stage.replaced(first);
    await stage.ready();
    expect(await issued()).toBe(2);
    await stage.settled();
    expect(consumer.refusals).toEqual([]);
  });

  it('goes on where the versions it knew are forgotten (410)', async () => {
    await open();
    const consumer = stage.consume();
    let value = await stage.served();
    for (const trigger of ['one', 'two']) {
      await cluster.processes.end('kube-apiserver');
      await cluster.compact();
      await cluster.startApi();
      await stage.apply(tokenSet(stage, { trigger }));
      value = await stage.replaced(value);
    }
    await stage.ready();
    await stage.settled();
    expect(consumer.refusals).toEqual([]);
  });

  it('replaces the revoked token that a Secret holds after etcd was restored from a backup', async () => {
    await open();
    const first = await stage.served();
    const backup = await cluster.saveEtcd();
    await stage.apply(tokenSet(stage, { trigger: 'one' }));
    await stage.replaced(first);
    await stage.settled();
    await cluster.restoreEtcd(backup);
    const path = `/apis/keyturn.dev/v1alpha1/namespaces/${stage.namespace}/tokensets/payments`;
    expect((await admin(cluster, 'GET', path)).text).not.toContain('"trigger"');
    // The Secret holds the revoked one again, for as long as it takes to notice. What it serves from now on
    // works, and the one that the backup does not know is drained in time.
    await eventually('a token that works', async () => {
      const served = await stage.served();
      return served !== first && (await stage.works(served));
    });
    const consumer = stage.consume();
    await stage.ready();
    await stage.settled();
    expect(consumer.refusals).toEqual([]);
  });
});
