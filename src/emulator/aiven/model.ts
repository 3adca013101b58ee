// What the emulated Aiven remembers: organizations, users, permissions, tokens (hashed, never their
// values). Plain data and its lookup; rules are in the files of the endpoints.
import { createHash, randomBytes } from 'node:crypto';

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly createdMs: number;
  authentication: Record<string, boolean>;
  apiAllowlist: readonly string[];
  apiAllowlistEnabled: boolean;
}

export interface User {
  readonly id: string;
  readonly kind: 'human' | 'application';
  readonly email: string;
  readonly createdMs: number;
  /** The organizations a human is in, or the only one of an application user. */
  readonly memberships: {
    readonly organizationId: string;
    isSuperAdmin: boolean;
    readonly joinedMs: number;
  }[];
  name: string;
  profile: Readonly<Record<string, string | null>>;
  password: { readonly salt: string; readonly hash: string } | null;
  /** The one-time password a login has to repeat; null without two-factor authentication. */
  otp: string | null;
  state: 'active' | 'deactivated';
  tokenValidityBeginMs: number | null;
  deletedMs: number | null;
}

export interface Permission {
  readonly organizationId: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly createdMs: number;
  permissions: readonly string[];
  updatedMs: number;
}

export interface TokenUse {
  readonly atMs: number;
  readonly ip: string;
  readonly userAgent: string | null;
}

export type TokenEnd = 'revoked' | 'expireTokens' | 'evicted' | 'userDeleted' | 'passwordChanged';

export interface StoredToken {
  /** SHA-256 of the value, in hex. */
  readonly hash: string;
  readonly prefix: string;
  readonly userId: string;
  readonly createdMs: number;
  readonly maxAgeSeconds: number | null;
  readonly extendWhenUsed: boolean;
  readonly ipAllowlist: readonly string[] | null;
  readonly scopes: readonly string[] | null;
  /** False for tokens made by a login. */
  readonly createdManually: boolean;
  /** Whether a password login stands behind it, which an organization's policy may bar. */
  readonly byPassword: boolean;
  /** Made by the emulator itself for its administrator. */
  readonly seeded: boolean;
  description: string | null;
  /** Oldest first; only as many as the lag of last_used_time needs. */
  uses: TokenUse[];
  end: { readonly kind: TokenEnd; readonly atMs: number } | null;
}

export interface Model {
  readonly organizations: Map<string, Organization>;
  readonly users: Map<string, User>;
  readonly tokens: Map<string, StoredToken>;
  readonly tokensByUser: Map<string, StoredToken[]>;
  permissions: Permission[];
}

/** What a state file holds of the model. */
export interface SavedModel {
  readonly organizations: readonly Organization[];
  readonly users: readonly User[];
  readonly tokens: readonly StoredToken[];
  readonly permissions: readonly Permission[];
}

/** The model of a saved state, or an empty one. */
export function loadModel(saved?: SavedModel): Model {
  const model: Model = {
    organizations: new Map(saved?.organizations.map((organization) => [organization.id, organization])),
    users: new Map(saved?.users.map((user) => [user.id, user])),
    tokens: new Map(),
    tokensByUser: new Map(),
    permissions: [...(saved?.permissions ?? [])],
  };
  for (const token of saved?.tokens ?? []) storeToken(model, token);
  return model;
}

export function saveModel(model: Model): SavedModel {
  return {
    organizations: [...model.organizations.values()],
    users: [...model.users.values()],
    tokens: [...model.tokens.values()],
    permissions: model.permissions,
  };
}

export function storeToken(model: Model, token: StoredToken): void {
  model.tokens.set(token.hash, token);
  const ofUser = model.tokensByUser.get(token.userId);
  if (ofUser) ofUser.push(token);
  else model.tokensByUser.set(token.userId, [token]);
}

/** The user of a login; names of e-mail addresses are compared without case. */
export function userByEmail(model: Model, email: string): User | undefined {
  const wanted = email.toLowerCase();
  return [...model.users.values()].find(
    (user) => user.email.toLowerCase() === wanted && user.deletedMs === null,
  );
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** An id in Aiven's style: "u" and 11 hex digits for users, "org" and 11 for organizations. */
export function newId(lead: 'u' | 'a' | 'org'): string {
  return lead + randomBytes(6).toString('hex').slice(1);
}

export function hashPassword(password: string, salt = randomBytes(8).toString('hex')): User['password'] {
  return { salt, hash: sha256(salt + password) };
}
