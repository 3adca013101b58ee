/**
 * Aiven's words into keyturn's, and a declared spec into the body of a create. Pure; nothing is decided here.
 */
import { normaliseAllowlist } from '../../core/allowlist.ts';
import type { TokenRecord, UserRecord } from '../../core/observation.ts';
import type { TokenSpec } from '../../core/spec.ts';
import type { ApplicationUser, Caller, TokenItem } from './answers.ts';
import type { TokenRequest } from './calls.ts';

/** Where an organization's tokens live, as receipts name it. */
export function whereOf(organizationId: string): string {
  return `aiven/${organizationId}`;
}

export function userRecord(user: ApplicationUser, organizationId: string): UserRecord {
  const createdAt = user.create_time ?? undefined;
  return { id: user.user_id, name: user.name, personal: false, at: whereOf(organizationId), createdAt };
}

/** The calling user. Its tokens are its own, so `at` names it besides the organization. */
export function callerRecord(user: Caller, organizationId: string): UserRecord {
  const at = `${whereOf(organizationId)}/${user.user_id}`;
  return { id: user.user_id, name: 'me', personal: true, at, createdAt: user.create_time ?? undefined };
}

/**
 * Every token made through the API. Login sessions (`created_manually: false`) are no tokens to look after; a
 * row that comes twice is one token.
 */
export function tokenRecords(items: readonly TokenItem[]): readonly TokenRecord[] {
  const manual = items.filter((item) => item.created_manually !== false);
  return [...new Map(manual.map((item) => [item.token_prefix, tokenRecord(item)])).values()];
}

function tokenRecord(item: TokenItem): TokenRecord {
  return {
    id: item.token_prefix,
    description: item.description ?? '',
    createdAt: item.create_time,
    expiresAt: item.expiry_time ?? undefined,
    lastUsedAt: item.last_used_time ?? undefined,
    lastUsedFrom: item.last_ip ?? undefined,
    lastUserAgent: item.last_user_agent ?? undefined,
    spec: {
      scopes: [...new Set(item.scopes ?? [])].sort(),
      // Aiven's Go client reads a null as 0, and both mean that no max age was asked for.
      maxAgeSeconds: item.max_age_seconds || undefined,
      extendWhenUsed: item.extend_when_used ?? false,
      ipAllowlist: normaliseAllowlist(item.ip_allowlist ?? []),
    },
    // `currently_active` says that the list was asked for with this very token, not that it is enabled.
    own: item.currently_active ?? false,
  };
}

/** Sends nothing that was not asked for; without a max age there is nothing that use could extend. */
export function tokenRequest(spec: TokenSpec, description: string): TokenRequest {
  const hasMaxAge = spec.maxAgeSeconds !== undefined;
  return {
    description,
    max_age_seconds: spec.maxAgeSeconds,
    extend_when_used: hasMaxAge ? spec.extendWhenUsed : undefined,
    ip_allowlist: spec.ipAllowlist.length > 0 ? spec.ipAllowlist : undefined,
    scopes: spec.scopes.length > 0 ? spec.scopes : undefined,
  };
}
