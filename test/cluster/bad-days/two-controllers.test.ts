// Two controllers, of which the leader is frozen for longer than its lease in the middle of a rotation.
import { afterEach, describe, expect, it } from '@jest/globals';
import { admin, eventually, sharedCluster } from '../kit/shared.ts';
import { tokenSet } from '../stage/set.ts';
import { openStage, type Stage } from '../stage/stage.ts';

const cluster = sharedCluster();
let stage: Stage;
afterEach(async () => await stage.close());

/** The name of the controller that holds the lease. */
async function leader(): Promise<string | undefined> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${stage.namespace}/leases`;
  const { items } = (await admin(cluster, 'GET', path)).body;
  const holder: string = items[0]?.spec?.holderIdentity ?? '';
  return ['one', 'two'].find((name) => holder.startsWith(name));
}

describe('of two controllers', () => {
  it('one that wakes after its lease neither publishes nor revokes, and the other goes on', async () => {
    stage = await openStage(cluster);
    await stage.apply(tokenSet(stage));
    for (const name of ['one', 'two']) stage.launch(name, { POD_NAME: name });
    await stage.ready();
    const consumer = stage.consume();
    const frozen = await eventually('a leader', leader);
    const other = frozen === 'one' ? 'two' : 'one';
    const first = await stage.served();
    // It freezes with a token on its way that is not committed yet.
    await stage.control('faults', { fault: 'slowResponse=1,for=4s,on=POST access-tokens' });
    await stage.apply(tokenSet(stage, { trigger: 'one' }));
    await eventually('a token is issued', async () => (await stage.live()).length === 2 || undefined);
    stage.processes.signal(frozen, 'SIGSTOP');
    await eventually('the other leads', async () => (await leader()) === other || undefined);
    const second = await stage.replaced(first);
    stage.processes.signal(frozen, 'SIGCONT');
    const before = consumer.served();
    await eventually('a while of service', () => consumer.served() > before + 40 || undefined);
    expect([await stage.served(), await leader()]).toEqual([second, other]);
    await stage.ready();
    // The token that the frozen one made is drained in its time, like any other that nobody has.
    await stage.settled();
    expect(await stage.served()).toBe(second);
    expect(consumer.refusals).toEqual([]);
  });
});
