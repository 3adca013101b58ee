// A copy of a cluster, with the same objects and the same credential, touches nothing of the first one's.
import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedCluster } from '../kit/shared.ts';
import { type Cluster, startCluster } from '../kit/start-cluster.ts';
import { giveCredential, tokenSet } from './sets.ts';
import { type Stage, setStage } from './stage.ts';

const stages: Stage[] = [];
let copy: Cluster | undefined;

afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.end();
  await copy?.stop();
});

describe('a cloned cluster', () => {
  it('leaves the tokens and the Secrets of the first one alone', async () => {
    const first = await setStage();
    stages.push(first);
    await giveCredential(first);
    await first.startController();
    await first.put('tokensets', tokenSet(first, 'payments'));
    await first.ready('payments');
    const value = String(await first.value('payments'));
    const secret = await first.get('secrets/payments');

    copy = await startCluster(sharedCluster().bin);
    const second = await setStage({}, { cluster: copy, namespace: first.namespace });
    stages.push(second);
    await giveCredential(second, first.emulator.adminToken);
    const { annotations } = secret.metadata;
    await second.put('secrets', { metadata: { name: 'payments', annotations }, data: secret.data });
    await second.put('tokensets', tokenSet(first, 'payments'));
    await second.startController();
    const object = await second.until('payments', 'Stalled', 'True', 'Refused');
    expect(object.status.tokens[0].reason).toBe('DestinationTaken');
    expect(await second.value('payments')).toBe(value);
    expect(await first.works(value)).toBe(true);
    expect(await first.live()).toHaveLength(1);
  });
});
