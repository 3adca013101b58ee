/**
 * The digest of a config change: what a person approved. It covers provider, kind, reason and the fields of
 * the manifest, and leaves out ids, times and generations, so that a plan made from marks alone, the full
 * plan and the plan of tomorrow agree as long as the manifest says the same.
 */
import { hash } from 'node:crypto';
import type { Declaration, TokenSet } from '../manifest/types.ts';
import type { FieldChange } from '../spec.ts';
import { nameOf } from '../targets.ts';
import { hashProvider, termsOf } from '../terms.ts';

/** 12 hex digits over parts that JSON can hold: of a plan, or of a refusal that a manifest waives. */
export function digestOf(...parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 12);
}

/**
 * 20 hex digits of a change of this set: what is approved for one provider is not approved for another. Long
 * enough that nobody finds another change, of which names and words can be chosen, with an approved digest.
 */
export function digestFor(set: Pick<TokenSet, 'provider'>, ...parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify([hashProvider(set), ...parts])).slice(0, 20);
}

/** What an approval of bringing the current token to a further destination covers. */
export function digestDelivery(
  set: Pick<TokenSet, 'provider'>,
  subject: string,
  to: Parameters<typeof nameOf>[0],
): string {
  return digestFor(set, 'deliver', subject, nameOf(to));
}

/**
 * What an approval of issuing a token covers: what it may do, where it goes, and the word that asked for it.
 */
export function digestIssue(
  kind: 'create' | 'rotate',
  reason: string,
  {
    set,
    declaration,
    fields,
  }: {
    readonly set: TokenSet;
    readonly declaration: Declaration;
    readonly fields: readonly FieldChange[];
  },
): string {
  const { name, spec, deliverTo, rotation } = declaration;
  const { trigger, compromised } = rotation;
  const changed = fields.map((change) => [change.field, change.old, change.new]);
  const to = deliverTo.map(nameOf);
  // Former owners are approved for the whole set.
  const { owners: _, ...terms } = termsOf(set, declaration);
  return digestFor(set, kind, reason, name, changed, spec, to, trigger, compromised, terms);
}
