// Events on a real API server: told once, then counted.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import { createEventRecorder, type EventOptions } from '../../../src/kubernetes/events.ts';
import { secrets } from '../../../src/kubernetes/objects.ts';
import { systemRuntime } from '../../../src/net/runtime.ts';
import { admin, freshNamespace, kubectl, sharedCluster } from '../kit/shared.ts';
import { clientOf, never, tokenAccess } from './harness.ts';

const cluster = sharedCluster();
const note = { type: 'Normal', reason: 'Rotated', action: 'Rotate', note: 'ci/deploy is replaced.' } as const;
let client: KubernetesClient;
let namespace: string;

beforeAll(() => {
  client = clientOf(tokenAccess(cluster, cluster.token));
});
afterAll(async () => await client.close());
beforeEach(async () => {
  namespace = await freshNamespace(cluster);
});

function recorder(options: Partial<EventOptions> = {}) {
  const runtime = systemRuntime();
  const ours = { controller: 'keyturn.dev/controller', instance: 'test', signal: never };
  return createEventRecorder(client, { runtime, ...ours, ...options });
}

const about = (name = 'aiven') => ({ resource: secrets, namespace, name, uid: `uid-of-${name}` });

async function told(): Promise<readonly { note: string; series?: { count: number } }[]> {
  const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
  return (await admin(cluster, 'GET', path)).body.items;
}

describe('events', () => {
  it('are told once, however often, and shown by kubectl', async () => {
    const { tell } = recorder();
    await Promise.all([tell(about(), note), tell(about(), note)]);
    await tell(about(), note);
    expect((await told()).map((event) => event.note)).toEqual([note.note]);
    const { stdout } = await kubectl(cluster, ['events', '-n', namespace]);
    expect(stdout).toMatch(/Normal +Rotated +Secret\/aiven +ci\/deploy is replaced\./);
  });

  it('are told apart by object, reason and note', async () => {
    const { tell } = recorder();
    await tell(about(), note);
    await tell(about('other'), note);
    await tell(about(), { ...note, reason: 'Revoked' });
    await tell(about(), { ...note, note: 'ci/other is replaced.' });
    expect(await told()).toHaveLength(4);
  });

  it('are counted when they come again after a while', async () => {
    const { tell } = recorder({ countEveryMs: 0 });
    for (let time = 0; time < 3; time += 1) await tell(about(), note);
    expect((await told()).map(({ series }) => series?.count)).toEqual([3]);
  });

  it('are cut where the API would refuse them', async () => {
    await recorder().tell(about(), { ...note, note: `x${'ü'.repeat(2000)}` });
    expect((await told())[0]?.note).toBe(`x${'ü'.repeat(510)}…`);
  });

  it('that cannot be written are no failure, and are tried again', async () => {
    const troubles: unknown[] = [];
    const { tell } = recorder({ onTrouble: (error) => troubles.push(error) });
    const elsewhere = { ...about(), namespace: 'not-there' };
    await tell(elsewhere, note);
    await tell(elsewhere, note);
    expect(troubles).toHaveLength(2);
  });
});
