// No value of a token is anywhere but in its Secret; and a set as large as a cluster takes.
import { afterEach, describe, expect, it } from '@jest/globals';
import { admin, eventually } from '../kit/shared.ts';
import { giveCredential, tokenSet } from './sets.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

afterEach(async () => {
  await stage?.end();
});

/** A value in every form that it could leak in. */
function formsOf(value: string): readonly string[] {
  return [value, Buffer.from(value).toString('base64'), encodeURIComponent(value)];
}

/** Everything of both namespaces, and of the cluster itself, but the values of two Secrets. */
async function everything(): Promise<string> {
  const kinds = ['configmaps', 'events', 'serviceaccounts', 'secrets'].map((plural) => `/api/v1|${plural}`);
  const more = ['keyturn.dev/v1alpha1|tokensets', 'coordination.k8s.io/v1|leases', 'events.k8s.io/v1|events'];
  const texts: string[] = [];
  for (const kind of [...kinds, ...more.map((one) => `/apis/${one}`)]) {
    const [root, plural] = kind.split('|');
    for (const namespace of [stage.namespace, stage.home]) {
      const { body } = await admin(stage.cluster, 'GET', `${root}/namespaces/${namespace}/${plural}`);
      for (const item of body.items) if (plural === 'secrets') delete item.data;
      texts.push(JSON.stringify(body));
    }
  }
  return texts.join('\n');
}

describe('a value', () => {
  it('is in no log, event, status or metric, and in no object but its Secret', async () => {
    stage = await setStage();
    await giveCredential(stage);
    const controller = await stage.startController();
    await stage.put('tokensets', tokenSet(stage, 'payments'));
    await stage.ready('payments');
    const values = [stage.emulator.adminToken, String(await stage.value('payments'))];
    await stage.control('faults', { fault: 'dropAfterApply=1,on=POST access-tokens$' });
    await stage.control('clock', { advance: '77d' });
    await eventually('the create was lost', () => stage.said.join('').includes('ChangeFailed') || undefined);
    // Past the rest of a declaration whose issue failed.
    await stage.control('clock', { advance: '5m' });
    await eventually(
      'another value',
      async () => {
        const value = String(await stage.value('payments'));
        if (values.includes(value)) return undefined;
        values.push(value);
        return true;
      },
      240_000,
    );
    await stage.remove('secrets/payments');
    values.push(String(await eventually('another Secret', () => stage.value('payments'))));
    await stage.until('payments', 'Ready', 'True');
    const told = [await everything(), await controller.metrics(), stage.said.join('')].join('\n');
    expect(told).toContain('payments/deploy');
    for (const form of values.flatMap(formsOf)) expect(told.includes(form)).toBe(false);
  });
});

describe('a large set', () => {
  it('has a thousand tokens, each in its Secret', async () => {
    stage = await setStage({ toggles: { appTokenQuota: 'off' } });
    await giveCredential(stage);
    await stage.startController({ KEYTURN_LOOK_EVERY_SECONDS: '900' });
    const rotation = { renewBefore: '14d', overlap: '24h' };
    const applicationUsers = Array.from({ length: 20 }, (_, user) => ({
      name: `user-${user}`,
      tokens: Array.from({ length: 50 }, (__, token) => ({
        name: `t-${token}`,
        maxAge: '90d',
        rotation,
        deliverTo: [{ kubernetesSecret: { name: `s-${user}-${token}`, key: 'token' } }],
      })),
    }));
    await stage.put('tokensets', tokenSet(stage, 'large', { spec: { applicationUsers } }));
    const object = await stage.until('large', 'Ready', 'True', undefined, 900_000);
    expect(object.status.ready).toBe('1000/1000');
    expect(await stage.live()).toHaveLength(1000);
    expect(await stage.works(await stage.value('s-19-49'))).toBe(true);
  }, 1_000_000);
});
