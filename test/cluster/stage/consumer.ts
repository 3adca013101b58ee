/**
 * A workload: reads its Secret every 50 ms and calls the provider with what it read. Where the API server
 * does not answer it goes on with what it read last, as a mounted Secret does.
 */
import { Agent, request } from 'node:https';
import type { ClusterFacts } from '../kit/start-cluster.ts';

export interface Consumer {
  /** Calls that the provider took. */
  served(): number;
  /** What was refused, with the time since the consumer began, in milliseconds. */
  readonly refusals: readonly string[];
  /** Every value it ever read. */
  readonly values: ReadonlySet<string>;
  /** @throws when a call was refused, or none was ever made */
  stop(): Promise<void>;
}

const everyMs = 50;

export function startConsumer(
  cluster: ClusterFacts,
  { namespace, name, url }: { readonly namespace: string; readonly name: string; readonly url: string },
): Consumer {
  let isStopped = false;
  let served = 0;
  let value: string | undefined;
  const refusals: string[] = [];
  const values = new Set<string>();
  const startMs = performance.now();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const work = async (): Promise<void> => {
    while (!isStopped) {
      const read = await readValue(cluster, agent, path);
      value = read ?? value;
      if (value !== undefined) {
        values.add(value);
        const answer = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${value}` } });
        await answer.arrayBuffer();
        if (answer.status === 401)
          refusals.push(`${value.slice(0, 12)} after ${performance.now() - startMs}`);
        else served += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  };
  const working = work();
  return {
    served: () => served,
    refusals,
    values,
    stop: async () => {
      isStopped = true;
      await working;
      agent.destroy();
      if (refusals.length > 0) throw new Error(`the consumer was refused: ${refusals.join(', ')}`);
      if (served === 0) throw new Error('the consumer never had a token to use');
    },
  };
}

/** Undefined where the Secret is not there, or nobody answers. */
function readValue(
  { url, ca, token }: ClusterFacts,
  agent: Agent,
  path: string,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const headers = { authorization: `Bearer ${token}` };
  const sent = request(url + path, { ca, agent, headers, timeout: 2000 }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    response.on('error', () => resolve(undefined));
    response.on('end', () => resolve(response.statusCode === 200 ? valueIn(text) : undefined));
  });
  sent.on('timeout', () => sent.destroy());
  sent.on('error', () => resolve(undefined));
  sent.end();
  return promise;
}

function valueIn(text: string): string | undefined {
  const value = (JSON.parse(text) as { data?: Record<string, string> }).data?.['token'];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
}
