/** Looks for token values where none may be: in every object of the cluster, as etcd has it, and in texts. */
import type { Stage } from './stage.ts';

/** As it is, URL-encoded, and base64 at each of its three alignments. */
function formsOf(value: string): readonly string[] {
  const encoded = [0, 1, 2].map((shift) => Buffer.from(value.slice(shift)).toString('base64').slice(0, -4));
  return [value, encodeURIComponent(value), ...encoded];
}

/**
 * @param destinations names of Secrets that hold values by right
 * @throws naming each place that holds one
 */
export async function expectNoValues(
  stage: Stage,
  { values, destinations }: { readonly values: Iterable<string>; readonly destinations: readonly string[] },
): Promise<void> {
  const texts = new Map<string, string>(stage.logs());
  const allowed = destinations.map((name) => `/registry/secrets/${stage.namespace}/${name}`);
  for (const { key, value } of await readEtcd(stage.cluster.etcdUrl))
    if (!allowed.includes(key)) texts.set(key, value);
  const found = [...values].flatMap((value) =>
    formsOf(value).flatMap((form) => [...texts].filter(([, text]) => text.includes(form))),
  );
  const places = [...new Set(found.map(([place]) => place))];
  if (places.length > 0) throw new Error(`a token value is in ${places.join(', ')}`);
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

async function readEtcd(url: string): Promise<readonly Entry[]> {
  const from = Buffer.from('/registry/').toString('base64');
  const to = Buffer.from('/registry0').toString('base64');
  const answer = await fetch(`${url}/v3/kv/range`, {
    method: 'POST',
    body: JSON.stringify({ key: from, range_end: to }),
  });
  const { kvs = [] } = (await answer.json()) as { kvs?: readonly Entry[] };
  const decode = (text: string) => Buffer.from(text, 'base64').toString('latin1');
  return kvs.map(({ key, value }) => ({ key: decode(key), value: decode(value ?? '') }));
}
