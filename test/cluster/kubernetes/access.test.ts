// Tokens and certificates that change while a client is at work, and servers that ask for a pause.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inClusterAccess } from '../../../src/kubernetes/in-cluster.ts';
import { kubeconfigAccess } from '../../../src/kubernetes/kubeconfig.ts';
import { admin, eventually, freshNamespace, serviceAccount, sharedCluster, tokenFor } from '../kit/shared.ts';
import { type Cluster, startCluster } from '../kit/start-cluster.ts';
import { clientOf, failureOfCall, never, secretIn, tokenAccess } from './harness.ts';

const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] }];
const monotonicMs = () => performance.now();
let cluster: Cluster;
let folder: string;
let namespace: string;
let token: string;

beforeAll(async () => {
  cluster = await startCluster(sharedCluster().bin);
});
afterAll(async () => await cluster?.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-access-'));
  namespace = await freshNamespace(cluster);
  token = await serviceAccount(cluster, namespace, { rules });
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** As the kubelet lays them into a pod. */
function podAccess() {
  const { hostname, port } = new URL(cluster.url);
  const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
  return inClusterAccess({ env, folder, monotonicMs });
}

describe('in a pod', () => {
  it('the token is read again when the server does not take it any more', async () => {
    write('ca.crt', cluster.ca);
    write('token', 'expired');
    write('namespace', `${namespace}\n`);
    const access = podAccess();
    const client = clientOf(access);
    const read = () => client.find(secretIn(namespace, 'none'), never);
    expect((await failureOfCall(read())).kind).toBe('unauthorized');
    write('token', token);
    expect(await read()).toBeUndefined();
    expect(await access.namespace()).toBe(namespace);
    write('token', await tokenFor(cluster, namespace, 'keyturn'));
    expect(await read()).toBeUndefined();
    await client.close();
  });

  it('the authority is read again when the server has another certificate', async () => {
    write('ca.crt', cluster.ca);
    write('token', token);
    const client = clientOf(podAccess(), { patienceMs: 1000 });
    const read = () => client.find(secretIn(namespace, 'none'), never);
    expect(await read()).toBeUndefined();
    const ca = await cluster.renewCertificate();
    expect((await failureOfCall(read())).message).toContain('certificate');
    write('ca.crt', ca);
    expect(await read()).toBeUndefined();
    await client.close();
  });

  it('a pod without a service account is told what is missing', async () => {
    const client = clientOf(podAccess());
    const failure = await failureOfCall(client.find(secretIn(namespace, 'none'), never));
    expect([failure.kind, failure.message]).toEqual([
      'unauthorized',
      expect.stringContaining('automountServiceAccountToken'),
    ]);
    await client.close();
  });
});

describe('through a kubeconfig', () => {
  function kubeconfig(user: object, context: object = {}): string {
    const server = { server: cluster.url, 'certificate-authority': write('authority.crt', cluster.ca) };
    const text = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', ...context } }],
      clusters: [{ name: 'k', cluster: server }],
      users: [{ name: 'u', user }],
    };
    return write('config', JSON.stringify(text));
  }
  const access = (file: string) =>
    kubeconfigAccess({ env: { KUBECONFIG: file }, homeFolder: folder, monotonicMs });

  it('an exec plugin runs once for many requests, and again when its token is refused', async () => {
    const credential = (said: string) =>
      JSON.stringify({
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: { token: said },
      });
    write('credential', credential('refused'));
    const script = `
      const { appendFileSync, readFileSync } = require('node:fs');
      appendFileSync(process.argv[1] + '/runs', JSON.parse(process.env.KUBERNETES_EXEC_INFO).kind + '\\n');
      process.stdout.write(readFileSync(process.argv[1] + '/credential'));`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', script, folder],
      interactiveMode: 'Never',
    };
    const client = clientOf(access(kubeconfig({ exec })));
    const read = () => client.find(secretIn(namespace, 'none'), never);
    const runs = () => readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n');
    expect((await failureOfCall(read())).kind).toBe('unauthorized');
    expect(runs()).toEqual(['ExecCredential', 'ExecCredential']);
    write('credential', credential(token));
    expect(await Promise.all([read(), read(), read(), read()])).toEqual(new Array(4).fill(undefined));
    const after = runs().length;
    await Promise.all([read(), read()]);
    expect([after <= 6, runs().length]).toEqual([true, after]);
    await client.close();
  });

  it('client certificates, another server name and the namespace of the context are taken over', async () => {
    const pem = (name: string) => Buffer.from(`-----BEGIN ${name}-----`).toString('base64');
    const user = { 'client-certificate-data': pem('CERTIFICATE'), 'client-key-data': pem('KEY') };
    const given = access(kubeconfig(user, { namespace: 'payments' }));
    const { tls, authorization } = await given.current();
    expect([tls.cert, tls.key, tls.ca, authorization]).toEqual([
      '-----BEGIN CERTIFICATE-----',
      '-----BEGIN KEY-----',
      cluster.ca,
      undefined,
    ]);
    expect(await given.namespace()).toBe('payments');
  });

  it('a token of its own is sent', async () => {
    const client = clientOf(access(kubeconfig({ token })));
    expect(await client.find(secretIn(namespace, 'none'), never)).toBeUndefined();
    await client.close();
  });

  it.each([
    ['a context without a cluster', { context: { cluster: 'none' } }, 'has no context "c" with a cluster'],
    ['no file', {}, 'there is no kubeconfig'],
  ])('%s is said', async (name, { context = {} }: { context?: object }, words) => {
    const file = name === 'no file' ? join(folder, 'none') : kubeconfig({ token }, context);
    const client = clientOf(access(file));
    const failure = await failureOfCall(client.find(secretIn(namespace, 'none'), never, { retry: false }));
    expect(failure.message).toContain(words);
    await client.close();
  });
});

describe('connections', () => {
  it('are kept: many requests one after the other take one', async () => {
    const client = clientOf(tokenAccess(cluster, token));
    let connections = 0;
    const count = () => {
      connections += 1;
    };
    subscribe('undici:client:connected', count);
    for (let rank = 0; rank < 50; rank += 1) await client.find(secretIn(namespace, 'none'), never);
    unsubscribe('undici:client:connected', count);
    expect(connections).toBe(1);
    await client.close();
  });
});

describe('a server that asks for a pause (429)', () => {
  it('is told apart, and gets one', async () => {
    await throttle(namespace);
    const client = clientOf(tokenAccess(cluster, token));
    const read = (options: object) => client.find(secretIn(namespace, 'none'), never, options);
    const refused = await eventually('a 429', async () => {
      const ends = await Promise.allSettled(Array.from({ length: 8 }, () => read({ retry: false })));
      return ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))[0];
    });
    expect(refused).toMatchObject({ kind: 'limited', status: 429, retryAfterMs: 1000 });
    expect(await Promise.all([read({}), read({}), read({})])).toEqual(new Array(3).fill(undefined));
    await client.close();
  });
});

/** Lets the service account of a namespace have one request at a time. */
async function throttle(inNamespace: string): Promise<void> {
  const flow = '/apis/flowcontrol.apiserver.k8s.io/v1';
  const name = `throttle-${inNamespace}`;
  const none = { nominalConcurrencyShares: 0, lendablePercent: 0, borrowingLimitPercent: 0 };
  await admin(cluster, 'POST', `${flow}/prioritylevelconfigurations`, {
    body: {
      metadata: { name },
      spec: { type: 'Limited', limited: { ...none, limitResponse: { type: 'Reject' } } },
    },
  });
  const account = { name: 'keyturn', namespace: inNamespace };
  const rule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] };
  await admin(cluster, 'POST', `${flow}/flowschemas`, {
    body: {
      metadata: { name },
      spec: {
        matchingPrecedence: 2,
        priorityLevelConfiguration: { name },
        rules: [{ subjects: [{ kind: 'ServiceAccount', serviceAccount: account }], resourceRules: [rule] }],
      },
    },
  });
}
