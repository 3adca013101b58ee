// The life of a token: issue, expiry, end, and how it looks in a list. Only a hash of the value is kept;
// the value leaves through the return of `issueToken` and is never served again.
import { randomBytes } from 'node:crypto';
import { canonicalRanges } from '../ip-ranges.ts';
import { type StoredToken, sha256, storeToken, type TokenEnd, type TokenUse, type User } from './model.ts';
import { formatTime } from './times.ts';
import type { Caller, World } from './world.ts';

/** Prefixes are the first 12 characters of the value in every published sample. */
const PREFIX_LENGTH = 12;
const LOGIN_MAX_AGE_SECONDS = 2_592_000;
/** "an old token can stop working": the least recently used login token goes when one more is made. */
const LOGIN_TOKEN_LIMIT = 1000;

export interface TokenFields {
  readonly description: string | null;
  readonly maxAgeSeconds: number | null;
  readonly extendWhenUsed: boolean;
  readonly ipAllowlist: readonly string[] | null;
  readonly scopes: readonly string[] | null;
  readonly createdManually: boolean;
  readonly byPassword: boolean;
  readonly seeded?: boolean;
}

export interface Issued {
  readonly value: string;
  readonly token: StoredToken;
}

/** Issues a token to `user`; `value` is given only by tests that must know the administrator's. */
export function issueToken(
  world: World,
  user: User,
  fields: TokenFields & { readonly value?: string },
): Issued {
  const { value = newTokenValue(), ipAllowlist, seeded = false, ...rest } = fields;
  const canonical = world.toggles.cidrNormalisation === 'canonical' && ipAllowlist !== null;
  const token: StoredToken = {
    ...rest,
    hash: sha256(value),
    prefix: value.slice(0, PREFIX_LENGTH),
    userId: user.id,
    createdMs: world.clock.now(),
    ipAllowlist: canonical ? canonicalRanges(ipAllowlist) : ipAllowlist,
    seeded,
    uses: [],
    end: null,
  };
  storeToken(world.model, token);
  return { value, token };
}

/**
 * Issues the token a login answers with: 30 days, extended by use; evicts the least recently used of too
 * many.
 */
export function issueLoginToken(world: World, user: User): Issued {
  const logins = loginTokens(world, user);
  if (logins.length >= LOGIN_TOKEN_LIMIT) evictLoginToken(world, user);
  return issueToken(world, user, {
    description: null,
    maxAgeSeconds: LOGIN_MAX_AGE_SECONDS,
    extendWhenUsed: true,
    ipAllowlist: null,
    scopes: null,
    createdManually: false,
    byPassword: true,
  });
}

/** Ends the least recently used login token of `user`, if it has one. */
export function evictLoginToken(world: World, user: User): void {
  const lastUse = (token: StoredToken): number => token.uses.at(-1)?.atMs ?? token.createdMs;
  const oldest = loginTokens(world, user).sort((a, b) => lastUse(a) - lastUse(b))[0];
  if (oldest) endToken(world, oldest, 'evicted');
}

export function loginTokens(world: World, user: User): StoredToken[] {
  return liveTokens(world, user.id).filter((token) => !token.createdManually);
}

export function endToken(world: World, token: StoredToken, kind: TokenEnd): void {
  token.end ??= { kind, atMs: world.clock.now() };
}

/** When the token expires, virtual milliseconds; null for never. */
export function expiryMs({ createdMs, maxAgeSeconds, extendWhenUsed, uses }: StoredToken): number | null {
  if (maxAgeSeconds === null) return null;
  const from = extendWhenUsed ? (uses.at(-1)?.atMs ?? createdMs) : createdMs;
  return from + maxAgeSeconds * 1000;
}

export function isExpired(world: World, token: StoredToken): boolean {
  const expiry = expiryMs(token);
  return expiry !== null && expiry <= world.clock.now();
}

/** Whether the token's end has taken effect; a revoke may need the toggled lag to get around. */
export function isEnded(world: World, { end }: StoredToken): boolean {
  if (end === null) return false;
  const lagMs = end.kind === 'revoked' ? world.toggles.revokeLagMs : 0;
  return world.clock.now() >= end.atMs + lagMs;
}

/** Tokens neither ended nor expired, in order of creation: what quotas and lookups go by. */
export function liveTokens(world: World, userId: string): readonly StoredToken[] {
  return tokensOf(world, userId).filter((token) => token.end === null && !isExpired(world, token));
}

export function tokensOf(world: World, userId: string): readonly StoredToken[] {
  return world.model.tokensByUser.get(userId) ?? [];
}

/**
 * The one of `tokens` that `text` names: by whole value, by exact prefix, or as toggled by a leading part.
 */
export function findToken(
  world: World,
  tokens: readonly StoredToken[],
  text: string,
): StoredToken | undefined {
  const hash = sha256(text);
  const exact = tokens.find((token) => token.prefix === text || token.hash === hash);
  if (exact || world.toggles.prefixMatch === 'exact' || text === '') return exact;
  const leading = tokens.filter((token) => token.prefix.startsWith(text));
  return leading.length === 1 ? leading[0] : undefined;
}

/** Notes a use; keeps the uses that a lagging last_used_time still has to show. */
export function recordUse(world: World, token: StoredToken, use: TokenUse): void {
  token.uses.push(use);
  const visibleMs = use.atMs - world.toggles.lastUsedLagSeconds * 1000;
  const firstNeeded = token.uses.findLastIndex((past) => past.atMs <= visibleMs);
  if (firstNeeded > 0) token.uses.splice(0, firstNeeded);
}

/** The newest use that a list shows by now. */
function visibleUse(world: World, token: StoredToken): TokenUse | undefined {
  const visibleMs = world.clock.now() - world.toggles.lastUsedLagSeconds * 1000;
  return token.uses.findLast((use) => use.atMs <= visibleMs);
}

/** A token as the lists of personal and application tokens show it: every key present, null where unset. */
export function viewToken(world: World, token: StoredToken, caller: Caller): Record<string, unknown> {
  const expiry = expiryMs(token);
  return {
    create_time: formatTime(world, token.createdMs),
    created_manually: token.createdManually,
    currently_active: token.hash === caller.token.hash,
    // Terraform breaks unless an empty description reads back as null.
    description: token.description || null,
    expiry_time: expiry === null ? null : formatTime(world, expiry),
    extend_when_used: token.extendWhenUsed,
    ip_allowlist: viewList(world, token.ipAllowlist),
    ...viewLastUse(world, token),
    max_age_seconds: token.maxAgeSeconds,
    scopes: viewList(world, token.scopes),
    token_prefix: token.prefix,
  };
}

export function viewLastUse(world: World, token: StoredToken): Record<string, string | null> {
  const use = visibleUse(world, token);
  const stepMs = Math.max(1, world.toggles.lastUsedResolutionSeconds) * 1000;
  return {
    last_ip: use?.ip ?? null,
    last_used_time: use ? formatTime(world, Math.floor(use.atMs / stepMs) * stepMs) : null,
    last_user_agent: use?.userAgent ?? null,
    last_user_agent_human_readable: use?.userAgent?.split(' ')[0]?.replace('/', ' ') ?? null,
  };
}

export function viewList(world: World, list: readonly string[] | null): readonly string[] | null {
  if (list !== null && list.length > 0) return list;
  return world.toggles.unsetListValue === '[]' ? [] : null;
}

/** 372 base64 characters that end in "=" or "==", as the real ones do. */
function newTokenValue(): string {
  const [dice = 0] = randomBytes(1);
  return randomBytes(277 + (dice & 1)).toString('base64');
}
