/**
 * The rules that need more than one declaration: names and destinations that may occur once in a run.
 */
import type { Position } from '../errors.ts';
import type { Inspection } from './inspection.ts';
import { formatPosition, quote } from './quote.ts';
import type { SetDraft } from './token-set.ts';

/** A document by what it is called. */
export interface Named {
  readonly name: string;
  readonly position: Position;
  readonly inspection: Inspection;
}

/** Two documents of one name: their marks could not be told apart. */
export function judgeNames(documents: readonly Named[], what: string): void {
  const first = new Map<string, Position>();
  for (const { name, position, inspection } of documents) {
    const other = first.get(name);
    if (other) {
      const message = `${what} ${quote(name)} is declared at ${formatPosition(other)} already. Rename one.`;
      inspection.errorAt('DuplicateName', position, message);
    } else first.set(name, position);
  }
}

interface Use {
  readonly declaration: string;
  readonly set: string;
  readonly position: Position;
  readonly as: string;
}

/** Two values in one place: each would overwrite the other. A declaration that moved away uses no place. */
export function judgeDestinations(sets: readonly SetDraft[]): void {
  const byIdentity = new Map<string, Use>();
  const byPlace = new Map<string, Use>();
  for (const { set, drafts, inspection } of sets) {
    for (const { declaration, deliveries } of drafts) {
      if (declaration.state === 'Moved') continue;
      for (const { reference, places } of deliveries) {
        const { identity, key, position } = reference;
        const use = { declaration: declaration.name, set: set.name, position, as: identity };
        const twin = byIdentity.get(identity);
        if (twin) inspection.errorAt('DestinationTwice', position, twice(key, twin, use));
        else byIdentity.set(identity, use);
        for (const { place, as } of twin ? [] : places) {
          const other = byPlace.get(place);
          if (!other) byPlace.set(place, { ...use, as });
          else if (other.as !== as) inspection.errorAt('DestinationTwice', position, clash(place, other, as));
        }
      }
    }
  }
}

function twice(key: string, other: Use, use: Use): string {
  const place = formatPosition(other.position);
  if (other.declaration === use.declaration && other.set === use.set) {
    return `${quote(key)} is a destination of this token at ${place} already. Remove one.`;
  }
  return (
    `${quote(key)} is the destination of ${quote(other.declaration)} at ${place} already, and each ` +
    'would overwrite the other. Name another.'
  );
}

function clash(place: string, other: Use, as: string): string {
  const where = formatPosition(other.position);
  return `${quote(place)} would hold ${as} here and ${other.as} at ${where}. Use another path.`;
}
