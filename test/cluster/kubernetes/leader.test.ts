// Leader election on a real Lease, with leaders that are frozen, killed, cut off and told to go.
import { mkdtempSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import { createLeader, type Leader, type LeaderOptions } from '../../../src/kubernetes/leader.ts';
import { systemRuntime } from '../../../src/net/runtime.ts';
import { openProcesses, type Processes } from '../kit/processes.ts';
import { admin, eventually, freshNamespace, serviceAccount, sharedCluster } from '../kit/shared.ts';
import { clientOf, tokenAccess } from './harness.ts';
import type { LeaderProcess } from './leader-process.ts';

const cluster = sharedCluster();
const rules = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
];
const times = { durationMs: 6000, renewEveryMs: 500 };
let namespace: string;
let token: string;
let processes: Processes;
let witness: Server;
const sockets = new Set<Socket>();
/** Who acted in which term, in the order in which it arrived. */
let acts: { readonly who: string; readonly term: number }[];

beforeAll(async () => {
  witness = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    createInterface(socket).on('line', (line) => {
      const [who = '', term = ''] = line.split(' ');
      acts.push({ who, term: Number(term) });
    });
  });
  await new Promise<void>((resolve) => witness.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  witness.close();
});
beforeEach(async () => {
  acts = [];
  namespace = await freshNamespace(cluster);
  token = await serviceAccount(cluster, namespace, { rules });
  processes = openProcesses(mkdtempSync(join(tmpdir(), 'keyturn-leaders-')));
});
afterEach(async () => await processes.stop());

function launch(identity: string): void {
  const address = witness.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const given: LeaderProcess = {
    ...times,
    server: cluster.url,
    ca: cluster.ca,
    token,
    namespace,
    identity,
    witness: port,
  };
  const script = join(import.meta.dirname, 'leader-process.ts');
  processes.launch(identity, [process.execPath, script, JSON.stringify(given)]);
}

/** Waits until `who` acts, after what has been seen so far. */
async function actsAgain(who: string): Promise<void> {
  const from = acts.length;
  await eventually(`${who} acts`, () => acts.slice(from).some((act) => act.who === who) || undefined);
}

/** No two led at a time, and none acted for a term that was over. */
function expectOneAtATime(): void {
  const terms = acts.map(({ term }) => term);
  expect(terms).toEqual([...terms].sort((one, other) => one - other));
  for (const term of new Set(terms)) {
    expect(new Set(acts.filter((act) => act.term === term).map(({ who }) => who)).size).toBe(1);
  }
}

describe('of two controllers', () => {
  it('one acts, and the other takes over at once when it is told to go', async () => {
    launch('a');
    await actsAgain('a');
    launch('b');
    await actsAgain('a');
    expect(acts.every(({ who }) => who === 'a')).toBe(true);
    await processes.end('a', 'SIGTERM');
    await actsAgain('b');
    expectOneAtATime();
  });

  it('the other takes over after the lease of one that was killed', async () => {
    launch('a');
    await actsAgain('a');
    launch('b');
    await processes.end('a');
    await actsAgain('b');
    expectOneAtATime();
  });

  it('the one that was frozen for longer than its lease does nothing when it wakes', async () => {
    launch('a');
    await actsAgain('a');
    launch('b');
    processes.signal('a', 'SIGSTOP');
    await actsAgain('b');
    processes.signal('a', 'SIGCONT');
    // Long enough for whatever it was about to do.
    for (let seen = 0; seen < 10; seen += 1) await actsAgain('b');
    expectOneAtATime();
    // It is alive, and waits for its turn.
    await processes.end('b', 'SIGTERM');
    await actsAgain('a');
    expectOneAtATime();
  });
});

describe('a leader', () => {
  let client: KubernetesClient;
  const stops: AbortController[] = [];
  const ends: Promise<void>[] = [];
  beforeEach(() => {
    client = clientOf(tokenAccess(cluster, token));
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop.abort();
    await Promise.all(ends.splice(0));
    await client.close();
  });

  function run(identity: string, options: Partial<LeaderOptions> = {}): Leader {
    const stop = new AbortController();
    const runtime = systemRuntime();
    const leader = createLeader(client, { namespace, name: 'l', identity, runtime, ...times, ...options });
    const lead = ({ signal }: { readonly signal: AbortSignal }) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        stop.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    stops.push(stop);
    ends.push(leader.run(lead, stop.signal));
    return leader;
  }

  it('that may not renew its lease stops before another may begin', async () => {
    const troubles: unknown[] = [];
    const first = run('first', { onTrouble: (error) => troubles.push(error) });
    await eventually('the first leads', () => first.isLeading() || undefined);
    const all = clientOf(tokenAccess(cluster, cluster.token));
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/keyturn`;
    await admin(cluster, 'DELETE', path);
    const stop = new AbortController();
    const runtime = systemRuntime();
    const second = createLeader(all, { namespace, name: 'l', identity: 'second', runtime, ...times });
    let firstLed: boolean | undefined;
    await second.run(() => {
      firstLed = first.isLeading();
      stop.abort();
      return Promise.resolve();
    }, stop.signal);
    expect(firstLed).toBe(false);
    expect(troubles.length).toBeGreaterThan(0);
    await all.close();
  });

  it('goes by whichever clock has moved on further', async () => {
    let sleptMs = 0;
    const first = run('first', { bootMs: () => performance.now() + sleptMs, renewEveryMs: 60_000 });
    await eventually('the first leads', () => first.isLeading() || undefined);
    sleptMs = 4001;
    expect(first.isLeading()).toBe(false);
  });

  it('stops at once when somebody else holds its lease', async () => {
    const first = run('first', { durationMs: 600_000, renewEveryMs: 100 });
    await eventually('the first leads', () => first.isLeading() || undefined);
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/l`;
    const body = { spec: { holderIdentity: 'thief' } };
    await admin(cluster, 'PATCH', path, { body, type: 'application/merge-patch+json' });
    await eventually('the first stops', () => !first.isLeading() || undefined);
    expect(first.holder()).toBe('thief');
  });
});
