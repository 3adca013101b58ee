/**
 * The rows of `status.tokens`, and whether a row is well. A row keeps what it said where the difference is
 * not worth a write: a use within the hour, the age in a sentence.
 */
import type { TokenStatusFields } from '../core/crd/status-schema.ts';
import type { DeclarationStatus } from '../core/status.ts';
import { sameButTimes } from './status-words.ts';
import type { Outcome } from './status.ts';

type Planned = Outcome & { readonly kind: 'planned' };

const hourMs = 3_600_000;
/** Rows with more words than this would not fit in etcd together. */
const longestMessage = 240;

/** One row for each declaration, in the order of the manifest; those that the issuer stops come last. */
export function describeTokens(
  { summary, breaches }: Planned,
  before: readonly TokenStatusFields[] = [],
): readonly TokenStatusFields[] {
  const known = new Map(before.map((row) => [row.name, row]));
  const stopped = new Map(
    breaches.flatMap(({ finding, declarations }) => declarations.map((name) => [name, finding] as const)),
  );
  const rows = summary.declarations
    .filter(({ name }) => !stopped.has(name))
    .map((declaration) => {
      const row = known.get(declaration.name);
      return steady(describe(declaration, row), row);
    });
  const blocked = [...stopped].map(([name, { code, message }]): TokenStatusFields => {
    const row = { ...known.get(name), name, health: 'blocked', reason: code, message: cut(message) };
    return steady(row, known.get(name));
  });
  return [...rows, ...blocked];
}

/** Whether consumers have a token that works, or none is wanted. */
export function isWell({ health }: TokenStatusFields): boolean {
  return ['ok', 'rotating', 'due', 'suspended', 'absent'].includes(health);
}

/** The earliest `nextRotationAt` of any row. */
export function earliestRotation(rows: readonly TokenStatusFields[]): string | undefined {
  // All are of one form, so that their order as texts is their order in time.
  return rows.flatMap(({ nextRotationAt }) => nextRotationAt ?? []).sort()[0];
}

/** @param before what is known of it where this pass could not see it */
function describe(declaration: DeclarationStatus, before?: TokenStatusFields): TokenStatusFields {
  const { name, health, reason, message, tokenId, generation } = declaration;
  const previous = declaration.previous
    .filter(({ alive }) => alive)
    .map(({ id, generation: old, revokeNotBefore }) => {
      return { id, generation: old, revokeNotBefore: formatTime(revokeNotBefore) };
    });
  const isUnseen = reason === 'Unobserved' && tokenId === undefined;
  return {
    ...(isUnseen && before),
    name,
    health,
    ...(health !== 'ok' && reason !== undefined && { reason }),
    ...(health !== 'ok' && message !== undefined && { message: cut(message) }),
    ...(tokenId !== undefined && { id: tokenId }),
    ...(generation !== undefined && { generation }),
    ...time('issuedAt', declaration.issuedAt),
    ...time('expiresAt', declaration.expiresAt),
    ...time('lastUsedAt', declaration.lastUsedAt),
    ...time('nextRotationAt', declaration.nextDueAt),
    ...(previous.length > 0 && { previous }),
  };
}

/** The row, or what the one before says about the same just as well. */
function steady(row: TokenStatusFields, before: TokenStatusFields | undefined): TokenStatusFields {
  if (!before) return row;
  const sameReason = row.reason === before.reason && row.message !== undefined;
  const message =
    sameReason && before.message !== undefined && sameButTimes(row.message ?? '', before.message)
      ? { message: before.message }
      : {};
  const used = row.id === before.id && isSameHour(row.lastUsedAt, before.lastUsedAt);
  return { ...row, ...message, ...(used && { lastUsedAt: before.lastUsedAt }) };
}

function isSameHour(time: string | undefined, before: string | undefined): boolean {
  if (time === undefined || before === undefined) return false;
  return Math.abs(Date.parse(time) - Date.parse(before)) < hourMs;
}

function time<Key extends string>(key: Key, timeMs: number | undefined): { readonly [key in Key]?: string } {
  if (timeMs === undefined) return {};
  return { [key]: formatTime(timeMs) } as { readonly [key in Key]?: string };
}

/** Whole seconds, as Kubernetes writes times. */
export function formatTime(timeMs: number): string {
  return new Date(Math.floor(timeMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
}

function cut(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage - 1)}…`;
}
