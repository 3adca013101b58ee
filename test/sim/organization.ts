/**
 * The token API's side of the world: application users and their tokens, with what DESIGN says of the wire:
 * lists lag behind, nothing is idempotent, names of users need not be unique, times are the provider's own.
 */
import { type Mark, parseDescription } from '../../src/core/mark.ts';
import type { TokenSpec } from '../../src/core/spec.ts';

export interface OrganizationUser {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly personal: boolean;
}

export interface OrganizationToken {
  readonly id: string;
  readonly value: string;
  readonly userId: string;
  description: string;
  readonly spec: TokenSpec;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  /** Before this time no list shows it. */
  readonly shownFrom: number;
  /** Before this time it is refused when it is tried. */
  readonly worksFrom: number;
  /** Ours, of another owner, or of nobody. */
  readonly whose: 'keyturn' | 'foreign' | 'unmanaged' | 'credential';
  /** What its description said when it was issued. */
  readonly mark: Mark | undefined;
  lastUsedAt: number | undefined;
  lastUserAgent: string | undefined;
  /** When a receipt was made that names it as compromised. */
  condemnedAt: number | undefined;
  /** Complete passes that could have drained it and did not. */
  overlooked: number;
  /** `will`: by keyturn, because the manifest ended or compromised its declaration. */
  ended:
    | { readonly atMs: number; readonly by: 'engine' | 'person' | 'will'; readonly hiddenFrom: number }
    | undefined;
}

export interface Organization {
  readonly users: Map<string, OrganizationUser>;
  readonly tokens: Map<string, OrganizationToken>;
  /** Nonces of every POST that arrived. */
  readonly nonces: Set<string>;
}

/** Every value ends in this, so that one look tells whether any of them leaked. */
export const canary = '+cAnArY/9x==';

export function createOrganization(): Organization {
  return { users: new Map(), tokens: new Map(), nonces: new Set() };
}

export function addUser(
  { users }: Organization,
  {
    name,
    atMs,
    personal = false,
  }: { readonly name: string; readonly atMs: number; readonly personal?: boolean },
): OrganizationUser {
  // Some have been removed.
  let rank = users.size + 1;
  while (users.has(`u${rank}`)) rank++;
  const user = { id: `u${rank}`, name, createdAt: atMs, personal };
  users.set(user.id, user);
  return user;
}

/** Issues a token; its id is the first twelve characters of its value, as at Aiven. */
export function addToken(
  { tokens }: Organization,
  token: Pick<OrganizationToken, 'userId' | 'description' | 'spec' | 'whose'> & {
    readonly atMs: number;
    readonly lagMs: number;
    readonly unknownMs: number;
  },
): OrganizationToken {
  const { userId, description, spec, whose, atMs, lagMs, unknownMs } = token;
  const id = `tok${String(tokens.size + 1).padStart(9, '0')}`;
  const lifetimeMs = spec.maxAgeSeconds === undefined ? undefined : spec.maxAgeSeconds * 1_000;
  const reading = parseDescription(description);
  const added: OrganizationToken = {
    id,
    value: `${id}${canary}`,
    userId,
    description,
    spec,
    createdAt: atMs,
    expiresAt: lifetimeMs === undefined ? undefined : atMs + lifetimeMs,
    shownFrom: atMs + lagMs,
    worksFrom: atMs + unknownMs,
    whose,
    mark: reading.kind === 'mark' ? reading.mark : undefined,
    lastUsedAt: undefined,
    lastUserAgent: undefined,
    condemnedAt: undefined,
    overlooked: 0,
    ended: undefined,
  };
  tokens.set(id, added);
  return added;
}

/** Neither revoked nor expired. */
export function isAlive({ ended, expiresAt }: OrganizationToken, nowMs: number): boolean {
  return !ended && (expiresAt === undefined || expiresAt > nowMs);
}

/** What an honest list of one user shows now; expired tokens are shown no more. */
export function listOf({ tokens }: Organization, userId: string, nowMs: number): OrganizationToken[] {
  return [...tokens.values()].filter(
    (token) =>
      token.userId === userId &&
      nowMs >= token.shownFrom &&
      (token.expiresAt === undefined || token.expiresAt > nowMs) &&
      (!token.ended || nowMs < token.ended.hiddenFrom),
  );
}

/** The token that a value is. */
export function tokenOf({ tokens }: Organization, value: string | undefined): OrganizationToken | undefined {
  return value === undefined ? undefined : tokens.get(value.slice(0, 12));
}
