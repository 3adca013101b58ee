/** Puts the difference between two specs into words, and says which differences allow more than before. */
import { formatDuration } from '../duration.ts';
import type { FieldChange, TokenSpec } from '../spec.ts';

/** The fields that differ, old → new. */
export function compareSpecs(old: TokenSpec, next: TokenSpec): readonly FieldChange[] {
  return [
    compareLists('scopes', old.scopes, next.scopes, 'unrestricted'),
    compareMaxAge(old.maxAgeSeconds, next.maxAgeSeconds),
    compareFlag(old.extendWhenUsed, next.extendWhenUsed),
    compareLists('ipAllowlist', old.ipAllowlist, next.ipAllowlist, 'anywhere'),
  ].flatMap((change) => change ?? []);
}

/** `scopes: a → a, b; maxAge: 90d → 30d`. */
export function describeFields(fields: readonly FieldChange[]): string {
  return fields.map((change) => `${change.field}: ${change.old} → ${change.new}`).join('; ');
}

function compareLists(
  field: string,
  old: readonly string[],
  next: readonly string[],
  none: string,
): FieldChange | undefined {
  if (old.join() === next.join()) return undefined;
  const words = (list: readonly string[]): string => (list.length === 0 ? none : list.join(', '));
  const widens = next.length === 0 || (old.length > 0 && next.some((entry) => !old.includes(entry)));
  return { field, old: words(old), new: words(next), widens };
}

function compareMaxAge(old: number | undefined, next: number | undefined): FieldChange | undefined {
  if (old === next) return undefined;
  const words = (seconds: number | undefined): string =>
    seconds === undefined ? 'never expires' : formatDuration(seconds * 1_000);
  const widens = (next ?? Number.POSITIVE_INFINITY) > (old ?? Number.POSITIVE_INFINITY);
  return { field: 'maxAge', old: words(old), new: words(next), widens };
}

function compareFlag(old: boolean, next: boolean): FieldChange | undefined {
  if (old === next) return undefined;
  return { field: 'extendWhenUsed', old: String(old), new: String(next), widens: next };
}
