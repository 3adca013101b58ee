/** Status, tokens, findings and the result of a validation as JSON. */
import type { Finding } from '../../core/errors.ts';
import type { TokenSet } from '../../core/manifest/types.ts';
import type { DeclarationStatus, SetStatus } from '../../core/status.ts';
import type { TokenOwner, TokenRow } from '../token-rows.ts';
import {
  apiVersion,
  type FindingsOutput,
  type StatusOutput,
  type TokensOutput,
  type ValidationOutput,
} from './schema.ts';
import { formatMaybeTime, formatTime, orNull } from './values.ts';

/** What `status --output json` prints. */
export function statusToJson(statuses: readonly SetStatus[]): StatusOutput {
  const sets = statuses.map(({ now, declarations, ...status }) => ({
    ...status,
    now: formatTime(now),
    declarations: declarations.map(formatDeclaration),
  }));
  return { apiVersion, kind: 'Status', sets };
}

/** What `tokens --output json` prints. `now` is the provider's time in milliseconds. */
export function tokensToJson(rows: readonly TokenRow[], now: number): TokensOutput {
  const tokens = rows.map(
    ({ owner, own, createdAt, expiresAt, lastUsedAt, lastUsedFrom, ended, ...row }) => ({
      ...row,
      ...formatOwner(owner),
      createdAt: formatTime(createdAt),
      expiresAt: formatMaybeTime(expiresAt),
      lastUsedAt: formatMaybeTime(lastUsedAt),
      lastUsedFrom: orNull(lastUsedFrom),
      state: ended ?? stateOf(expiresAt, now),
      ownCredential: own,
    }),
  );
  return { apiVersion, kind: 'Tokens', now: formatTime(now), tokens };
}

function stateOf(expiresAt: number | undefined, now: number): 'live' | 'expired' {
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'live';
}

/** What any command prints as JSON when findings stop it. */
export function findingsToJson(findings: readonly Finding[]): FindingsOutput {
  return { apiVersion, kind: 'Findings', findings: findings.map(formatFinding) };
}

/** What `validate --output json` prints; `sets` are those that could be read. */
export function validationToJson(sets: readonly TokenSet[], findings: readonly Finding[]): ValidationOutput {
  return {
    apiVersion,
    kind: 'Validation',
    valid: findings.every(({ severity }) => severity !== 'error'),
    sets: sets.map(({ name, declarations }) => ({ name, declarations: declarations.length })),
    findings: findings.map(formatFinding),
  };
}

function formatDeclaration(row: DeclarationStatus): StatusOutput['sets'][number]['declarations'][number] {
  return {
    name: row.name,
    health: row.health,
    reason: orNull(row.reason),
    message: orNull(row.message),
    user: row.user,
    userId: orNull(row.userId),
    tokenId: orNull(row.tokenId),
    generation: orNull(row.generation),
    issuedAt: formatMaybeTime(row.issuedAt),
    expiresAt: formatMaybeTime(row.expiresAt),
    lastUsedAt: formatMaybeTime(row.lastUsedAt),
    lastUsedFrom: orNull(row.lastUsedFrom),
    nextDueAt: formatMaybeTime(row.nextDueAt),
    previous: row.previous.map((entry) => ({
      ...entry,
      revokeNotBefore: formatTime(entry.revokeNotBefore),
    })),
    destinations: row.destinations.map(({ key, state, why }) => ({ key, state, why: orNull(why) })),
  };
}

function formatOwner(owner: TokenOwner) {
  switch (owner.kind) {
    case 'owned': {
      const generation = orNull(owner.generation);
      return { owner: owner.kind, ownerName: owner.set, declaration: owner.declaration, generation };
    }
    case 'foreign':
      return {
        owner: owner.kind,
        ownerName: owner.name ?? owner.owner,
        declaration: owner.declaration,
        generation: null,
      };
    case 'unmanaged':
      return { owner: owner.kind, ownerName: null, declaration: null, generation: null };
  }
}

function formatFinding({ severity, code, message, position }: Finding): FindingsOutput['findings'][number] {
  const { file, line, column } = position;
  return { severity, code, message, file, line, column };
}
