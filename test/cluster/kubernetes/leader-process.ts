/**
 * A controller in little, as a process of its own: waits for leadership and then acts ten times a second,
 * by a line to a port of this machine that names the term. `node leader-process.ts '{…}'`.
 */
import { connect } from 'node:net';
import { SecretValue } from '../../../src/core/secret.ts';
import { createKubernetesClient } from '../../../src/kubernetes/client.ts';
import { createLeader } from '../../../src/kubernetes/leader.ts';
import { systemRuntime } from '../../../src/net/runtime.ts';

export interface LeaderProcess {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  readonly namespace: string;
  readonly identity: string;
  readonly durationMs: number;
  readonly renewEveryMs: number;
  /** The port of whoever hears of what it does. */
  readonly witness: number;
}

const given = JSON.parse(process.argv[2] ?? '') as LeaderProcess;
const { server, ca, namespace, identity, durationMs, renewEveryMs } = given;
const runtime = systemRuntime();
const authorization = new SecretValue(`Bearer ${given.token}`);
const client = createKubernetesClient({
  access: {
    current: () => Promise.resolve({ server, tls: { ca }, authorization }),
    renew: () => Promise.resolve(),
    namespace: () => Promise.resolve(namespace),
  },
  version: '0.0.0',
  runtime,
});
const leader = createLeader(client, {
  namespace,
  name: 'keyturn',
  identity,
  runtime,
  durationMs,
  renewEveryMs,
});
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

/** It stands all the time, so that whoever wakes up could act at once. */
const witness = connect(given.witness, '127.0.0.1');
await leader.run(async (term) => {
  while (!term.signal.aborted && !stop.signal.aborted) {
    if (term.isLeading()) witness.write(`${identity} ${term.number}\n`);
    await runtime.sleep(100, term.signal);
  }
}, stop.signal);
witness.end();
await client.close();
