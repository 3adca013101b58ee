/** Which sets a change in the cluster concerns: they come into the queue, and nothing else does. */
import type { Kept } from './kept.ts';
import type { Measures } from './measures.ts';
import type { OwnWrites } from './own-writes.ts';
import type { WorkQueue } from './queue.ts';
import { createSecretUsers } from './secret-users.ts';
import type { World, WorldOptions } from './world.ts';
import { statusOf } from './write-object.ts';

export interface RouteOptions {
  readonly queue: WorkQueue;
  readonly measures: Measures;
  readonly own: OwnWrites;
  readonly ownNamespace: string;
  readonly wallMs: () => number;
  /** Undefined until it is watched. */
  readonly world: () => World | undefined;
}

type Routes = Pick<WorldOptions, 'onSet' | 'onIssuer' | 'onNamespace' | 'onSecret'>;

export function routeChanges({ queue, measures, own, ownNamespace, wallMs, world }: RouteOptions): Routes {
  const users = createSecretUsers();
  /** Sets that an issuer pays for. */
  const addIssuedBy = (concerns: (kept: Kept) => boolean): void => {
    for (const [key, kept] of world()?.sets ?? [])
      if (kept.spec.includes('"issuerRef":') && concerns(kept)) queue.add(key);
  };
  const addNaming = (issuer: string): void =>
    addIssuedBy(({ spec }) => spec.includes(`"name":${JSON.stringify(issuer)}`));
  return {
    onSet: (key, kept) => {
      users.note(key, kept);
      if (kept) return queue.add(key, { rank: rankOf(kept, wallMs()) });
      const [namespace = '', name = ''] = key.split('/');
      queue.forget(key);
      measures.drop({ namespace, name });
    },
    onIssuer: addNaming,
    onNamespace: (name) => addIssuedBy(({ namespace }) => namespace === name),
    onSecret: (namespace, name, version) => {
      // At first every set is looked at anyway.
      if (!world()?.isSynced() || own.isOwn(namespace, name, version)) return;
      for (const key of users.of(namespace, name)) queue.add(key);
      if (namespace === ownNamespace)
        for (const issuer of world()?.issuersWith(name) ?? []) addNaming(issuer);
    },
  };
}

/** What is new, due or ending goes before what is only looked at. */
export function rankOf(kept: Kept, wallMs: number): number {
  const status = statusOf(kept);
  const due = status?.nextRotationAt;
  const isNew = status?.observedGeneration !== kept.generation || kept.deletedAtMs !== undefined;
  return isNew || (due !== undefined && Date.parse(due) <= wallMs) ? 0 : 1;
}
