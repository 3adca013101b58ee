// Bad days of a controller: what others do to its Secrets, its credential, its provider and its sets.
import { afterEach, describe, expect, it } from '@jest/globals';
import { hasManager } from '../kit/assets.ts';
import { admin, eventually, sharedCluster } from '../kit/shared.ts';
import { watchConsumer } from './consumer.ts';
import { giveCredential, tokenSet } from './sets.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

afterEach(async () => {
  await stage?.end();
});

async function servedSet(name = 'payments', rights: { isWide?: boolean } = {}): Promise<string> {
  stage = await setStage({}, rights);
  await giveCredential(stage);
  await stage.startController();
  await stage.put('tokensets', tokenSet(stage, name));
  await stage.ready(name);
  return String(await stage.value(name));
}

describe('a controller on a bad day', () => {
  it('lets the second of two sets that claim one Secret stand back', async () => {
    const first = await servedSet('one');
    await stage.put('tokensets', tokenSet(stage, 'two', { secret: 'one' }));
    const two = await stage.until('two', 'Stalled', 'True', 'Refused');
    expect(two.status.tokens[0].reason).toBe('DestinationTaken');
    expect(await stage.value('one')).toBe(first);
    expect(await stage.works(first)).toBe(true);
    expect(await stage.live('two')).toEqual([]);
  });

  it('takes up a credential that was revoked and replaced, without a restart', async () => {
    const value = await servedSet();
    await stage.patch('secrets/aiven-admin', {
      data: { token: Buffer.from('no-such-token-0123456789').toString('base64') },
    });
    await stage.until('payments', 'Stalled', 'True', 'CredentialsRefused');
    expect(await stage.works(value)).toBe(true);
    await stage.patch('secrets/aiven-admin', {
      data: { token: Buffer.from(stage.emulator.adminToken).toString('base64') },
    });
    await stage.until('payments', 'Stalled', 'False');
    await stage.ready('payments');
    expect(await stage.value('payments')).toBe(value);
    expect(await stage.live()).toHaveLength(1);
  });

  it('says that a credential is missing, and begins once it is there', async () => {
    stage = await setStage();
    await stage.startController();
    await stage.put('tokensets', tokenSet(stage, 'payments'));
    const object = await stage.until('payments', 'Stalled', 'True', 'CredentialsMissing');
    expect(JSON.stringify(object.status)).toContain('aiven-admin');
    await giveCredential(stage);
    await stage.ready('payments');
  });

  it('sits a provider out that is down for an hour, and serves all the time', async () => {
    const value = await servedSet();
    const consumer = watchConsumer(stage, 'payments');
    await stage.control('faults', { fault: 'serverErrorBeforeApply=always,on=/v1/organization' });
    await stage.control('clock', { advance: '30m' });
    const object = await stage.until('payments', 'Reconciling', 'True', 'Retrying');
    await stage.control('clock', { advance: '30m' });
    expect(object.status.conditions.find((one: { type: string }) => one.type === 'Ready').status).toBe(
      'True',
    );
    await stage.control('faults', undefined, 'DELETE');
    await stage.ready('payments');
    expect(await stage.value('payments')).toBe(value);
    expect(await stage.live()).toHaveLength(1);
    expect(await consumer.stop()).toEqual([]);
  });

  it('makes a Secret anew that somebody deleted, and drains the token that was lost', async () => {
    const value = await servedSet();
    await stage.remove('secrets/payments');
    const next = await eventually('another Secret', () => stage.value('payments'));
    expect(next).not.toBe(value);
    expect(await stage.works(next)).toBe(true);
    await stage.control('clock', { advance: '26h' });
    await eventually('the lost one is revoked', async () => !(await stage.works(value)) || undefined);
    expect(await stage.works(next)).toBe(true);
  });

  it('leaves a Secret alone that another tool takes over', async () => {
    const value = await servedSet();
    await stage.patch('secrets/payments', {
      metadata: { annotations: { 'keyturn.dev/receipt': null }, ownerReferences: [] },
      data: { token: Buffer.from('of another tool').toString('base64') },
    });
    await stage.until('payments', 'Stalled', 'True', 'Refused');
    expect(await stage.value('payments')).toBe('of another tool');
    expect(await stage.works(value)).toBe(true);
  });

  it('revokes both tokens of a set that is deleted in the middle of a rotation', async () => {
    const value = await servedSet();
    await stage.control('faults', { fault: 'slowResponse=always,for=2s,on=POST access-tokens$' });
    await stage.control('clock', { advance: '77d' });
    await eventually('the create is on its way', async () =>
      (await stage.live()).length > 1 ? true : undefined,
    );
    await stage.remove('tokensets/payments');
    await eventually(
      'it is gone',
      async () => (await stage.get('tokensets/payments')) === undefined || undefined,
    );
    expect(await stage.live()).toEqual([]);
    expect(await stage.works(value)).toBe(false);
  });

  it('revokes the tokens of a namespace that is deleted, and does not hold it up', async () => {
    if (!hasManager(sharedCluster().bin)) {
      console.log(
        'SKIPPED: these programs have no controller manager, which deletes what is in a namespace.',
      );
      return;
    }
    await servedSet('payments', { isWide: true });
    await admin(stage.cluster, 'DELETE', `/api/v1/namespaces/${stage.namespace}`);
    await eventually('the namespace is gone', async () => {
      const { status } = await admin(stage.cluster, 'GET', `/api/v1/namespaces/${stage.namespace}`, {
        accept: [404],
      });
      return status === 404 || undefined;
    });
    expect(await stage.live()).toEqual([]);
  });
});
