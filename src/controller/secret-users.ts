/** Which TokenSets a Secret concerns: as a destination, or with a credential. */
import type { Kept } from './kept.ts';

export interface SecretUsers {
  note(key: string, kept: Kept | undefined): void;
  /** Keys of sets in the Secret's namespace that name it. */
  of(namespace: string, name: string): Iterable<string>;
}

export function createSecretUsers(): SecretUsers {
  const users = new Map<string, Set<string>>();
  const named = new Map<string, readonly string[]>();
  return {
    note: (key, kept) => {
      for (const place of named.get(key) ?? []) {
        users.get(place)?.delete(key);
        if (users.get(place)?.size === 0) users.delete(place);
      }
      named.delete(key);
      if (!kept) return;
      const places = [...namesIn(JSON.parse(kept.spec))].map((name) => `${kept.namespace}/${name}`);
      named.set(key, places);
      for (const place of places) users.set(place, (users.get(place) ?? new Set()).add(key));
    },
    of: (namespace, name) => users.get(`${namespace}/${name}`) ?? [],
  };
}

/** Names of Secrets anywhere in a spec. */
export function namesIn(part: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof part !== 'object' || part === null) return found;
  for (const [key, value] of Object.entries(part)) {
    const name: unknown = Object(value)['name'];
    if ((key === 'kubernetesSecret' || key === 'secretKeyRef') && typeof name === 'string') found.add(name);
    namesIn(value, found);
  }
  return found;
}
