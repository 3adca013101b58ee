// Writes that the API server refuses: to a changed Secret, by admission, by RBAC.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { admin, eventually, sharedCluster } from '../kit/shared.ts';
import { giveBack, takeRights } from '../stage/rights.ts';
import { tokenSet } from '../stage/set.ts';
import { openStage, type Stage } from '../stage/stage.ts';

const cluster = sharedCluster();
let stage: Stage;

beforeEach(async () => {
  stage = await openStage(cluster);
});
afterEach(async () => await stage.close());

async function issued(): Promise<number> {
  const tokens = (await stage.control('tokens'))['tokens'] as readonly { readonly seeded: boolean }[];
  return tokens.filter(({ seeded }) => !seeded).length;
}

const secretPath = () => `/api/v1/namespaces/${stage.namespace}/secrets/deploy`;
const merge = 'application/merge-patch+json';

describe('a controller', () => {
  it('commits over a Secret that others labelled since it was read, with the token it has', async () => {
    await stage.apply(tokenSet(stage));
    stage.launch();
    await stage.ready();
    const consumer = stage.consume();
    const first = await stage.served();
    await stage.control('faults', { fault: 'slowResponse=1,for=2s,on=POST access-tokens' });
    await stage.apply(tokenSet(stage, { trigger: 'one' }));
    await eventually('a second token is issued', async () => (await issued()) === 2 || undefined);
    await admin(cluster, 'PATCH', secretPath(), { body: { metadata: { labels: { a: 'b' } } }, type: merge });
    await stage.replaced(first);
    await stage.ready();
    expect(await issued()).toBe(2);
    const { metadata } = (await admin(cluster, 'GET', secretPath())).body;
    expect(metadata.labels).toEqual({ a: 'b' });
    await stage.settled();
    expect(consumer.refusals).toEqual([]);
  });

  it('issues nothing where admission refuses the Secret, and goes on once it does not', async () => {
    const allow = await refuse(stage.namespace);
    await stage.apply(tokenSet(stage));
    stage.launch();
    const condition = await eventually('it says why', async () => {
      const ready = await stage.condition('Ready');
      return ready?.status === 'False' && ready.message.includes('not in this namespace') ? ready : undefined;
    });
    expect(condition.status).toBe('False');
    expect(await issued()).toBe(0);
    await allow();
    await stage.ready();
    expect(await stage.works(await stage.served())).toBe(true);
    expect(await issued()).toBe(1);
  });

  it('changes nothing while its rights are gone, and goes on when it has them again', async () => {
    await stage.apply(tokenSet(stage));
    stage.launch();
    await stage.ready();
    const consumer = stage.consume();
    const first = await stage.served();
    await takeRights(cluster, stage.namespace);
    await eventually(
      'it notices',
      () => [...stage.logs().values()].some((text) => text.includes('403')) || undefined,
    );
    await stage.apply(tokenSet(stage, { trigger: 'one' }));
    const before = consumer.served();
    await eventually('a while of service', () => consumer.served() > before + 20 || undefined);
    expect([await issued(), await stage.served()]).toEqual([1, first]);
    await giveBack(cluster, stage.namespace);
    await stage.replaced(first);
    await stage.ready();
    await stage.settled();
    expect(consumer.refusals).toEqual([]);
  });
});

/** Lets no Secret `deploy` into the namespace. @returns what lets it in again */
async function refuse(namespace: string): Promise<() => Promise<void>> {
  const admission = '/apis/admissionregistration.k8s.io/v1';
  const name = `refuse-deploy-${namespace}`;
  const rule = { apiGroups: [''], apiVersions: ['v1'], resources: ['secrets'] };
  const policies = `${admission}/validatingadmissionpolicies`;
  const bindings = `${admission}/validatingadmissionpolicybindings`;
  const match = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  await admin(cluster, 'POST', policies, {
    body: {
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [{ ...rule, operations: ['CREATE', 'UPDATE'] }] },
        validations: [{ expression: "object.metadata.name != 'deploy'", message: 'not in this namespace' }],
      },
    },
  });
  await admin(cluster, 'POST', bindings, {
    body: {
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector: match } },
    },
  });
  const body = { metadata: { name: 'deploy', namespace } };
  await eventually('the policy holds', async () => {
    const path = `/api/v1/namespaces/${namespace}/secrets?dryRun=All`;
    return (await admin(cluster, 'POST', path, { body, accept: [403, 422] })).status >= 400 || undefined;
  });
  return async () => {
    await admin(cluster, 'DELETE', `${bindings}/${name}`);
    await admin(cluster, 'DELETE', `${policies}/${name}`);
  };
}
