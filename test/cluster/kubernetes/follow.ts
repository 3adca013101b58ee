/** A mirror of the Secrets of a namespace, with what happened to it. */
import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import { type Mirror, mirrorCollection, type MirrorOptions } from '../../../src/kubernetes/mirror.ts';
import { type KubernetesObject, secrets } from '../../../src/kubernetes/objects.ts';
import { systemRuntime } from '../../../src/net/runtime.ts';
import { eventually } from '../kit/shared.ts';

export type FollowOptions = Partial<MirrorOptions<KubernetesObject>>;

export interface Followed {
  readonly mirror: Mirror<KubernetesObject>;
  readonly troubles: string[];
  readonly starts: () => number;
  readonly names: () => string;
  readonly stop: () => Promise<void>;
}

export function followSecrets(
  client: KubernetesClient,
  namespace: string,
  options: FollowOptions = {},
): Followed {
  const stop = new AbortController();
  const troubles: string[] = [];
  let starts = 0;
  const mirror = mirrorCollection(
    client,
    { resource: secrets, namespace },
    {
      runtime: systemRuntime(),
      signal: stop.signal,
      keep: (object) => object,
      onChange: () => undefined,
      onTrouble: ({ kind }) => troubles.push(kind),
      onWatching: () => {
        starts += 1;
      },
      // Waits are short, so that a test is not their sum.
      random: () => 0.05,
      ...options,
    },
  );
  return {
    mirror,
    troubles,
    starts: () => starts,
    names: () =>
      [...mirror.entries.keys()]
        .map((key) => key.split('/')[1])
        .sort()
        .join(' '),
    stop: async () => {
      stop.abort();
      await mirror.ended;
    },
  };
}

export function sees({ names }: Followed, wanted: string): Promise<unknown> {
  return eventually(`the mirror shows "${wanted}"`, () => names() === wanted || undefined);
}
