/**
 * What a watch has seen of a collection, kept: one entry per object, and a call for each that changes. It
 * holds what `keep` makes of an object and nothing else, since thousands of them lie in memory for years.
 */
import type { KubernetesClient } from './client.ts';
import type { Collection, KubernetesObject } from './objects.ts';
import { watchCollection, type WatchOptions } from './watch.ts';

export interface MirrorOptions<T> extends WatchOptions {
  /** What is kept of an object. */
  readonly keep: (object: KubernetesObject) => T;
  /** An object came, changed (`kept` is undefined: is gone). Also at the first list, for each one. */
  readonly onChange: (key: string, kept: T | undefined, before: T | undefined) => void;
  /** The first list is in. */
  readonly onSynced?: () => void;
}

export interface Mirror<T> {
  /** By `namespace/name`, or by name alone for objects of the cluster. */
  readonly entries: ReadonlyMap<string, T>;
  /** False until the first list is in: until then what is not here may still be there. */
  isSynced(): boolean;
  /** Resolves when the signal is aborted. */
  readonly ended: Promise<void>;
}

/** `namespace/name`. */
function keyOf({ metadata }: Pick<KubernetesObject, 'metadata'>): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** Begins at once and goes on until the signal is aborted. */
export function mirrorCollection<T>(
  client: KubernetesClient,
  collection: Collection,
  options: MirrorOptions<T>,
): Mirror<T> {
  const entries = new Map<string, T>();
  const versions = new Map<string, string | undefined>();
  let isSynced = false;
  const put = (object: KubernetesObject): void => {
    const key = keyOf(object);
    const { resourceVersion } = object.metadata;
    // A list tells again what is known.
    if (versions.has(key) && resourceVersion !== undefined && versions.get(key) === resourceVersion) return;
    const before = entries.get(key);
    const kept = options.keep(object);
    versions.set(key, resourceVersion);
    entries.set(key, kept);
    options.onChange(key, kept, before);
  };
  const drop = (key: string): void => {
    const before = entries.get(key);
    versions.delete(key);
    if (entries.delete(key)) options.onChange(key, undefined, before);
  };
  const follow = async (): Promise<void> => {
    for await (const event of watchCollection(client, collection, options)) {
      if (event.kind === 'changed') put(event.object);
      else if (event.kind === 'removed') drop(keyOf(event.object));
      else {
        if (event.wentBack) versions.clear();
        const there = new Set(event.items.map(keyOf));
        for (const key of [...entries.keys()]) if (!there.has(key)) drop(key);
        for (const object of event.items) put(object);
        if (!isSynced) options.onSynced?.();
        isSynced = true;
      }
    }
  };
  return { entries, isSynced: () => isSynced, ended: follow() };
}
