// What a Secret is, besides a destination like any other: type, labels, owners, others' writes, admission.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import { openSecret, type SecretOptions } from '../../../src/destinations/kubernetes-secret/open-secret.ts';
import type { KubernetesSecretRef } from '../../../src/destinations/kubernetes-secret/descriptor.ts';
import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import { canary, deliveryErrorOf, never, receiptOf } from '../../destinations/receipts.ts';
import { clientOf, tokenAccess } from '../kubernetes/harness.ts';
import { admin, eventually, freshNamespace, serviceAccount, sharedCluster } from '../kit/shared.ts';

const cluster = sharedCluster();
const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create', 'patch', 'delete'] }];
const merge = 'application/merge-patch+json';
let namespace: string;
let client: KubernetesClient;

beforeAll(async () => {
  namespace = await freshNamespace(cluster);
  client = clientOf(tokenAccess(cluster, await serviceAccount(cluster, namespace, { rules })));
});
afterAll(async () => await client.close());

/** Of a version that no cluster has: the garbage collector would take a Secret whose owner is not there. */
const owner = { apiVersion: 'keyturn.dev/v0', kind: 'TokenSet', name: 'payments', uid: 'uid-1' };
const path = (name: string) => `/api/v1/namespaces/${namespace}/secrets/${name}`;

function open(ref: KubernetesSecretRef, options: Partial<SecretOptions> = {}) {
  const key = `kubernetesSecret/${ref.name}#${ref.key}`;
  return openSecret(client, { ref, key, namespace, owner: undefined, ...options });
}

async function deliver(destination: ReturnType<typeof open>, generation = 1): Promise<string> {
  const { version } = await destination.read(never);
  const receipt = { ...receiptOf(generation), destinations: [destination.key] };
  return await destination.write({ version, receipt, value: new SecretValue(canary) }, never);
}

async function secret(name: string) {
  return (await admin(cluster, 'GET', path(name))).body;
}

async function change(name: string, body: object): Promise<void> {
  await admin(cluster, 'PATCH', path(name), { body, type: merge });
}

describe('a Secret', () => {
  it('holds the value and nothing else in its data', async () => {
    await deliver(open({ name: 'data', key: 'token' }));
    expect(Object.keys((await secret('data')).data)).toEqual(['token']);
  });

  it('has the type, labels and annotations of the manifest, and loses what leaves it', async () => {
    const ref = { name: 'dressed', key: 'token', type: 'example.com/token' };
    await deliver(open({ ...ref, labels: { a: '1', b: '2' }, annotations: { 'example.com/c': '3' } }));
    const made = await secret('dressed');
    expect([made.type, made.metadata.labels, made.metadata.annotations['example.com/c']]).toEqual([
      'example.com/token',
      { a: '1', b: '2' },
      '3',
    ]);
    await change('dressed', { metadata: { labels: { theirs: 'yes' } } });
    await deliver(open({ ...ref, labels: { b: '4' } }), 2);
    const { metadata } = await secret('dressed');
    expect(metadata.labels).toEqual({ b: '4', theirs: 'yes' });
    expect(Object.keys(metadata.annotations)).toEqual(['keyturn.dev/receipt']);
  });

  it('keeps its type when the manifest names another, and says so', async () => {
    await deliver(open({ name: 'typed', key: 'token' }));
    const destination = open({ name: 'typed', key: 'token', type: 'example.com/token' });
    expect(await destination.preflight(never)).toEqual([expect.stringContaining('stays of type "Opaque"')]);
    await deliver(destination, 2);
    expect((await secret('typed')).type).toBe('Opaque');
  });

  it('goes with its owner, unless there is none', async () => {
    await deliver(open({ name: 'owned', key: 'token' }, { owner }));
    expect((await secret('owned')).metadata.ownerReferences).toEqual([owner]);
    await deliver(open({ name: 'owned', key: 'token' }, { owner: { ...owner, uid: 'uid-2' } }), 2);
    expect((await secret('owned')).metadata.ownerReferences).toEqual([{ ...owner, uid: 'uid-2' }]);
    await deliver(open({ name: 'owned', key: 'token' }), 3);
    expect((await secret('owned')).metadata.ownerReferences).toBeUndefined();
  });

  it('is written although others change the rest of it', async () => {
    const destination = open({ name: 'busy', key: 'token' });
    const version = await deliver(destination);
    await change('busy', { metadata: { labels: { theirs: 'yes' } }, data: { other: 'eA==' } });
    await destination.write({ version, receipt: receiptOf(2), value: new SecretValue('next') }, never);
    const { data, metadata } = await secret('busy');
    expect([data.other, data.token, metadata.labels]).toEqual(['eA==', 'bmV4dA==', { theirs: 'yes' }]);
  });

  it('is not written over what somebody put there by hand', async () => {
    const destination = open({ name: 'edited', key: 'token' });
    const version = await deliver(destination);
    await change('edited', { data: { token: 'YnkgaGFuZA==' } });
    const write = destination.write({ version, receipt: receiptOf(2), value: new SecretValue('n') }, never);
    expect((await deliveryErrorOf(write)).failure).toBe('conflict');
    expect((await secret('edited')).data.token).toBe('YnkgaGFuZA==');
  });

  it('is not made anew by a writer that had read it before it was deleted', async () => {
    const destination = open({ name: 'deleted', key: 'token' });
    const version = await deliver(destination);
    await admin(cluster, 'DELETE', path('deleted'));
    const write = destination.write({ version, receipt: receiptOf(2), value: new SecretValue('n') }, never);
    expect((await deliveryErrorOf(write)).failure).toBe('conflict');
    expect((await admin(cluster, 'GET', path('deleted'), { accept: [404] })).status).toBe(404);
  });

  it('of another tool shows a value that keyturn did not deliver, whatever its key', async () => {
    const body = { metadata: { name: 'others' }, data: { password: 'eA==' } };
    await admin(cluster, 'POST', path(''), { body });
    const { receipt, value } = await open({ name: 'others', key: 'token' }).read(never);
    expect([receipt.kind, value.kind]).toEqual(['none', 'held']);
  });

  it('keeps the values of others when ours is withdrawn', async () => {
    const body = { metadata: { name: 'shared' }, data: { password: 'eA==' } };
    await admin(cluster, 'POST', path(''), { body });
    const destination = open({ name: 'shared', key: 'token' });
    const version = await deliver(destination);
    await destination.withdraw({ version, keepValue: false }, never);
    const { data, metadata } = await secret('shared');
    expect([data, metadata.annotations]).toEqual([{ password: 'eA==' }, undefined]);
  });

  it('is freed of its owner when its value is to stay', async () => {
    const destination = open({ name: 'left', key: 'token' }, { owner });
    const version = await deliver(destination);
    await destination.withdraw({ version, keepValue: true }, never);
    const { data, metadata } = await secret('left');
    expect([Object.keys(data), metadata.ownerReferences]).toEqual([['token'], undefined]);
  });

  it('serves the old key until it is withdrawn when a key is renamed', async () => {
    const [before, after] = [open({ name: 'renamed', key: 'old' }), open({ name: 'renamed', key: 'new' })];
    await deliver(before);
    const { version, receipt } = await after.read(never);
    expect(receipt.kind).toBe('receipt');
    const both = { ...receiptOf(2), destinations: [after.key, before.key] };
    await after.write({ version, receipt: both, value: new SecretValue('next') }, never);
    expect(Object.keys((await secret('renamed')).data).sort()).toEqual(['new', 'old']);
    const old = await before.read(never);
    await before.withdraw({ version: old.version, keepValue: false }, never);
    expect(Object.keys((await secret('renamed')).data)).toEqual(['new']);
    expect((await after.read(never)).receipt).toEqual({ kind: 'receipt', receipt: both });
  });
});

describe('the preflight of a Secret', () => {
  it('stores nothing', async () => {
    await open({ name: 'tried', key: 'token' }).preflight(never);
    expect((await admin(cluster, 'GET', path('tried'), { accept: [404] })).status).toBe(404);
  });

  it('sees what RBAC does not allow', async () => {
    const elsewhere = await freshNamespace(cluster);
    const reader = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
    const token = await serviceAccount(cluster, elsewhere, { rules: reader });
    const limited = clientOf(tokenAccess(cluster, token));
    const ref = { name: 'x', key: 'token' };
    const place = { ref, key: 'kubernetesSecret/x#token', namespace: elsewhere, owner: undefined };
    const error = await deliveryErrorOf(openSecret(limited, place).preflight(never));
    expect([error.failure, error.message]).toEqual(['refused', expect.stringContaining('Allow get, create')]);
    await limited.close();
  });

  it('sees what an admission policy refuses', async () => {
    await refuseSecrets(namespace);
    const destination = open({ name: 'refused-by-policy', key: 'token' });
    const error = await eventually('the policy holds', () =>
      destination.preflight(never).then(
        () => undefined,
        (reason: Error) => reason,
      ),
    );
    expect(error.message).toContain('not with this name');
  });

  it('sees that the namespace is missing, and an immutable Secret', async () => {
    const homeless = open({ name: 'x', key: 'token' }, { namespace: 'not-there' });
    const all = clientOf(tokenAccess(cluster, cluster.token));
    const place = { ref: { name: 'x', key: 'token' }, key: 'k', namespace: 'not-there', owner: undefined };
    const missing = await deliveryErrorOf(openSecret(all, place).preflight(never));
    expect(missing.message).toContain('Create the namespace first.');
    expect((await deliveryErrorOf(homeless.preflight(never))).failure).toBe('refused');
    const fixed = { metadata: { name: 'fixed' }, immutable: true, data: { a: 'eA==' } };
    await admin(cluster, 'POST', path(''), { body: fixed });
    const error = await deliveryErrorOf(open({ name: 'fixed', key: 'token' }).preflight(never));
    expect([error.failure, error.message]).toEqual(['refused', expect.stringContaining('immutable')]);
    await all.close();
  });
});

/** A policy of the cluster that lets no Secret of a certain name into a namespace. */
async function refuseSecrets(inNamespace: string): Promise<void> {
  const admission = '/apis/admissionregistration.k8s.io/v1';
  const name = `refuse-${inNamespace}`;
  const match = { matchLabels: { 'kubernetes.io/metadata.name': inNamespace } };
  const rule = { apiGroups: [''], apiVersions: ['v1'], resources: ['secrets'] };
  await admin(cluster, 'POST', `${admission}/validatingadmissionpolicies`, {
    body: {
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [{ ...rule, operations: ['CREATE', 'UPDATE'] }] },
        validations: [
          {
            expression: "object.metadata.name != 'refused-by-policy'",
            message: 'not with this name',
            reason: 'Forbidden',
          },
        ],
      },
    },
  });
  await admin(cluster, 'POST', `${admission}/validatingadmissionpolicybindings`, {
    body: {
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector: match } },
    },
  });
}
