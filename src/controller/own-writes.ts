/**
 * Tells changes of Secrets that this process made from those that others made, so that no pass is caused by a
 * pass. What was only read is never taken for known: others may have written it while a pass was under way.
 */
import type { KubernetesClient } from '../kubernetes/client.ts';
import { type KubernetesObject, type Place, secrets } from '../kubernetes/objects.ts';

export interface OwnWrites {
  /** The client, with its writes of Secrets noted. */
  readonly client: KubernetesClient;
  isOwn(namespace: string, name: string, version: string | undefined): boolean;
}

const mostRemembered = 20_000;

export function noteOwnWrites(client: KubernetesClient): OwnWrites {
  const versions = new Map<string, string>();
  const note = (place: Place, object: KubernetesObject, dryRun: boolean | undefined): KubernetesObject => {
    const { resourceVersion } = object.metadata;
    if (place.resource.plural !== secrets.plural || dryRun || resourceVersion === undefined) return object;
    const key = `${place.namespace}/${place.name}`;
    versions.delete(key);
    versions.set(key, resourceVersion);
    const [oldest] = versions.keys();
    if (versions.size > mostRemembered && oldest !== undefined) versions.delete(oldest);
    return object;
  };
  return {
    client: {
      ...client,
      create: async (place, body, options) =>
        note(place, await client.create(place, body, options), options.dryRun),
      replace: async (place, body, options) =>
        note(place, await client.replace(place, body, options), options.dryRun),
      patch: async (place, body, options) =>
        note(place, await client.patch(place, body, options), options.dryRun),
      apply: async (place, body, options) =>
        note(place, await client.apply(place, body, options), options.dryRun),
    },
    isOwn: (namespace, name, version) => {
      const key = `${namespace}/${name}`;
      return version !== undefined && versions.get(key) === version;
    },
  };
}
