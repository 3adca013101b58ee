/**
 * The digest of a config change: what a person approved. It covers the kind, the reason and the fields of the
 * manifest, and leaves out ids, times and generations, so that a plan made from marks alone, the full plan
 * and the plan of tomorrow agree as long as the manifest says the same.
 */
import { hash } from 'node:crypto';
import type { Declaration } from '../manifest/types.ts';
import type { FieldChange } from '../spec.ts';

/** 12 hex digits over parts that JSON can hold. */
export function digestOf(...parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 12);
}

/**
 * What an approval of issuing a token covers: what it may do, where it goes, and the word that asked for it.
 */
export function digestIssue(
  kind: 'create' | 'rotate',
  reason: string,
  { declaration, fields }: { readonly declaration: Declaration; readonly fields: readonly FieldChange[] },
): string {
  const { name, spec, deliverTo, rotation } = declaration;
  const changed = fields.map((change) => [change.field, change.old, change.new]);
  const destinations = deliverTo.map(({ key }) => key);
  return digestOf(kind, reason, name, changed, spec, destinations, rotation.trigger, rotation.compromised);
}
