/**
 * What of the manifest's terms counts now: all of it where applying is itself the approval, else what the
 * receipts say was approved, and what is approved in this run (docs/adr/0027).
 */
import type { Declaration, Rotation, TokenSet } from '../manifest/types.ts';
import { hashOwner } from '../mark.ts';
import type { Receipt } from '../receipt.ts';
import type { FieldChange } from '../spec.ts';
import { compareTerms, ownersOf, type Terms, termsOf, underTerms } from '../terms.ts';
import { digestFor } from './digest.ts';
import type { Place } from './situation.ts';
import type { Owner, PlanInput } from './types.ts';

/** A difference between what is declared and what receipts say, which a person approves. */
export interface TermsDifference {
  readonly reason: 'TermsChanged' | 'HandedOver';
  readonly fields: readonly FieldChange[];
  readonly digest: string;
}

/** The owner with those former owners only whose tokens may be taken for ours. */
export function agreedOwner(input: PlanInput): Owner {
  const { owner, set, observation } = input;
  if (isApproved(input, () => digestOwners(input))) return owner;
  const agreed = new Set<string>();
  for (const { deliverTo } of set.declarations) {
    for (const { identity } of deliverTo) {
      const reading = observation.readings.get(identity);
      if (reading?.kind !== 'read' || reading.receipt.kind !== 'receipt') continue;
      const { receipt } = reading.receipt;
      if (receipt.owner === owner.hash) for (const hash of receipt.terms?.owners ?? []) agreed.add(hash);
    }
  }
  // One that left the manifest is ours until that is approved too.
  return { ...owner, former: new Map([...agreed].map((hash) => [hash, owner.former.get(hash) ?? hash])) };
}

/** The receipt of a former owner whose places nobody agreed to take over yet. */
export function unagreedReceipt({ set, owner }: PlanInput, places: readonly Place[]): Receipt | undefined {
  const declared = new Set(ownersOf(set).filter((hash) => !owner.former.has(hash)));
  if (declared.size === 0) return undefined;
  const receipts = places.flatMap(({ reading }) =>
    reading.kind === 'read' && reading.receipt.kind === 'receipt' ? reading.receipt.receipt : [],
  );
  return receipts.find((receipt) => declared.has(receipt.owner));
}

/** The rotation of a declaration as far as it was approved. */
export function agreedRotation(
  input: PlanInput,
  declaration: Declaration,
  ledger: Receipt | undefined,
): Rotation {
  const { terms } = ledger ?? {};
  if (!terms || isApproved(input, () => digestTerms(input, declaration))) return declaration.rotation;
  return underTerms(declaration.rotation, terms);
}

/** What the next receipt says: what was approved before, or is in this run. */
export function agreedTerms(input: PlanInput, declaration: Declaration, ledger: Receipt | undefined): Terms {
  const declared = termsOf(input.set, declaration);
  const isKept = ledger?.terms !== undefined && !isApproved(input, () => digestTerms(input, declaration));
  const owners = [...input.owner.former.keys()].sort();
  return { ...(isKept ? ledger.terms : declared), owners };
}

/** Whether the manifest names another provider than the one that was approved, and nobody approved that. */
export function isElsewhere(input: PlanInput, declaration: Declaration, ledger: Receipt): boolean {
  const { terms } = ledger;
  const { provider } = termsOf(input.set, declaration);
  return (
    terms !== undefined &&
    terms.provider !== provider &&
    !isApproved(input, () => digestTerms(input, declaration))
  );
}

/** Whether nothing of the declaration may be touched before what receipts say otherwise is approved. */
export function mustAgreeFirst(
  { set, owner }: PlanInput,
  declaration: Declaration,
  ledger: Receipt,
): boolean {
  const { terms } = ledger;
  const isOther = terms !== undefined && terms.provider !== termsOf(set, declaration).provider;
  return isOther || ledger.owner !== owner.hash;
}

/** What receipts say otherwise than the manifest. */
export function findDifferences(
  input: PlanInput,
  declaration: Declaration,
  ledger: Receipt,
): readonly TermsDifference[] {
  const { set, owner } = input;
  const declared = termsOf(set, declaration);
  const differences: TermsDifference[] = [];
  const known = ledger.terms?.owners ?? (ledger.owner === owner.hash ? [] : undefined);
  if (known?.join() !== declared.owners.join()) {
    const [old, next] = [nameOwners(set, known ?? []), nameOwners(set, declared.owners)];
    const fields = [{ field: 'formerOwners', old, new: next, widens: declared.owners.length > 0 }];
    differences.push({ reason: 'HandedOver', fields, digest: digestOwners(input) });
  }
  const fields = ledger.terms && ledger.owner === owner.hash ? compareTerms(ledger.terms, declared, set) : [];
  if (fields.length > 0)
    differences.push({ reason: 'TermsChanged', fields, digest: digestTerms(input, declaration) });
  return differences;
}

/** Of the terms of one declaration, whatever they were before. */
function digestTerms({ set }: PlanInput, declaration: Declaration): string {
  const { owners: _, ...terms } = termsOf(set, declaration);
  return digestFor(set, 'terms', declaration.name, terms satisfies Omit<Terms, 'owners'>);
}

/** Of the former owners, who are the same for every declaration of a set. */
function digestOwners({ set }: PlanInput): string {
  return digestFor(set, 'formerOwners', ownersOf(set));
}

function isApproved({ requests }: PlanInput, digest: () => string): boolean {
  return requests.approved === 'all' || requests.approved.has(digest());
}

function nameOwners({ formerOwners }: TokenSet, hashes: readonly string[]): string {
  const words = new Map(
    formerOwners.map(({ ownerId, name }) => [hashOwner(ownerId, name), `${ownerId} of set "${name}"`]),
  );
  return hashes.map((hash) => words.get(hash) ?? hash).join(', ') || 'none';
}
