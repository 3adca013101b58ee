/**
 * What is kept in memory of each TokenSet and issuer, thousands of them for years: spec and status as text,
 * and a few words of metadata. What is parsed of it lives as long as one pass.
 */
import { createHash } from 'node:crypto';
import { apiVersionOf, type KubernetesObject, type Resource } from '../kubernetes/objects.ts';
import { finalizer } from './kinds.ts';
import type { ManifestObject } from '../core/manifest/parse-object.ts';

export interface Kept {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly uid: string;
  readonly generation: number;
  readonly createdAtMs: number;
  /** When its deletion was asked for; undefined: it was not. */
  readonly deletedAtMs: number | undefined;
  readonly finalizers: readonly string[];
  /** JSON. */
  readonly spec: string;
  /** JSON; empty when there is none yet. */
  readonly status: string;
}

export function keep({ metadata, ...object }: KubernetesObject): Kept {
  const { name, namespace, uid = '', generation = 0, creationTimestamp, deletionTimestamp } = metadata;
  return {
    name,
    namespace,
    uid,
    generation,
    createdAtMs: timeOf(creationTimestamp) ?? 0,
    deletedAtMs: timeOf(deletionTimestamp),
    finalizers: metadata.finalizers ?? [],
    spec: JSON.stringify(object['spec'] ?? null),
    status: object['status'] === undefined ? '' : JSON.stringify(object['status']),
  };
}

/** Whether anything changed that calls for a pass: neither labels nor what we wrote ourselves. */
export function asksForPass(kept: Kept, before: Kept | undefined): boolean {
  if (!before) return true;
  return (
    kept.uid !== before.uid ||
    kept.spec !== before.spec ||
    kept.deletedAtMs !== before.deletedAtMs ||
    // Somebody else took it away.
    (isHeld(before) && !isHeld(kept) && kept.deletedAtMs === undefined)
  );
}

function isHeld({ finalizers }: Kept): boolean {
  return finalizers.includes(finalizer);
}

/** As a manifest says it. */
export function manifestOf(kept: Kept, resource: Resource): ManifestObject {
  const { name, namespace } = kept;
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: JSON.parse(kept.spec) as unknown,
  };
}

/** A number from 0 to 1 that is always the same for a text. */
export function placeOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

function timeOf(text: string | null | undefined): number | undefined {
  return text ? Date.parse(text) : undefined;
}
