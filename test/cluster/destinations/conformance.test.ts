// A Secret keeps the contract of every destination, on a real API server.
import { afterAll, beforeAll } from '@jest/globals';
import { openSecret } from '../../../src/destinations/kubernetes-secret/open-secret.ts';
import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import { describeDestination } from '../../destinations/conformance.ts';
import { clientOf, tokenAccess } from '../kubernetes/harness.ts';
import { admin, freshNamespace, serviceAccount, sharedCluster } from '../kit/shared.ts';

const cluster = sharedCluster();
/** What the command line needs, and nothing more. */
const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create', 'patch', 'delete'] }];
let namespace: string;
let client: KubernetesClient;
let other: KubernetesClient;
let rank = 0;

beforeAll(async () => {
  namespace = await freshNamespace(cluster);
  const token = await serviceAccount(cluster, namespace, { rules });
  client = clientOf(tokenAccess(cluster, token));
  other = clientOf(tokenAccess(cluster, token));
});
afterAll(async () => {
  await client.close();
  await other.close();
});

describeDestination('a key of a Secret', async () => {
  rank += 1;
  const name = `aiven-${rank}`;
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  const beside = { metadata: { name: `beside-${rank}` }, data: { token: 'dGhlaXJz' } };
  await admin(cluster, 'POST', secrets, { body: beside });
  const place = { ref: { name, key: 'token' }, key: `kubernetesSecret/${name}#token`, owner: undefined };
  return {
    destination: openSecret(client, { ...place, namespace }),
    other: openSecret(other, { ...place, namespace }),
    readable: true,
    consumed: async () => {
      const { body } = await admin(cluster, 'GET', `${secrets}/${name}`, { accept: [404] });
      const text = body.data?.token;
      return text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8');
    },
    neighbours: async () => (await admin(cluster, 'GET', `${secrets}/beside-${rank}`)).body,
    cleanUp: () => Promise.resolve(),
  };
});
