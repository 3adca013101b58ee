// Orders and cuts lists. The whole result is cut in memory; there is no cursor, and nothing holds still
// between two pages.
import type { EmulatorRequest } from '../exchange.ts';
import { internal, invalid } from './errors.ts';
import { DESCENDING } from './query.ts';
import type { World } from './world.ts';

/** What a list is ordered by; null is last in ascending and first in descending order. */
export type SortKey = string | number | bigint | boolean | null;

export interface Page<T> {
  readonly entries: readonly T[];
  readonly pagination: Readonly<Record<string, number>>;
}

/** A copy in the order of `keyOf`; equal entries by id, ascending whatever the order is. */
export function sorted<T extends { readonly id: number }>(
  entries: readonly T[],
  keyOf: (entry: T) => SortKey,
  order: number | undefined,
): readonly T[] {
  const sign = order === DESCENDING ? -1 : 1;
  return entries.toSorted((a, b) => sign * compare(keyOf(a), keyOf(b)) || a.id - b.id);
}

/**
 * The page that offset and limit ask for; a limit of 0 means all.
 * @throws ApiError 500 for a negative limit, 400 for an offset out of bounds
 */
export function pageOf<T>(
  all: readonly T[],
  { offset = 0, limit = 0 }: { readonly offset: number | undefined; readonly limit: number | undefined },
): Page<T> {
  const total = all.length;
  if (limit < 0) throw internal('reflect.Value.Slice: slice index out of bounds');
  if (Math.abs(offset) > total) throw invalid('offset out of bounds');
  const startIndex = offset < 0 ? total + offset : offset;
  const endIndex = limit === 0 ? total : Math.min(startIndex + limit, total);
  return {
    entries: all.slice(startIndex, endIndex),
    pagination: { offset, limit, startIndex, endIndex, total },
  };
}

/** What a list shows to this request: everything, unless a fault loses entries for one answer. */
export function listed<T>({ faults }: World, request: EmulatorRequest, all: readonly T[]): readonly T[] {
  if (all.length > 0 && faults.take('listEmptyOnce', request)) return [];
  if (all.length > 0 && faults.take('listMissingOnce', request)) return all.slice(0, -1);
  return all;
}

function compare(a: SortKey, b: SortKey): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}
