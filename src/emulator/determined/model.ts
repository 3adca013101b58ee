// What the emulated master remembers: users, one table for login sessions and access tokens with one id
// sequence, the key pair that signs them. Plain data and its lookup; rules are in the files of the endpoints.
import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';

export const ROLES = ['ClusterAdmin', 'TokenCreator'] as const;
export type Role = (typeof ROLES)[number];

export interface User {
  readonly id: number;
  username: string;
  displayName: string;
  admin: boolean;
  active: boolean;
  remote: boolean;
  agentUserGroup: Readonly<Record<string, unknown>> | null;
  /** Roles count in RBAC mode only. */
  roles: readonly Role[];
  /** Salted hash of the form that clients send; null for an empty password. */
  password: { readonly salt: string; readonly hash: string } | null;
  modifiedUs: bigint;
  lastAuthUs: bigint | null;
}

/** A login session or an access token; its value is nowhere. */
export interface TokenRow {
  readonly id: number;
  readonly userId: number;
  readonly type: 'ACCESS_TOKEN' | 'USER_SESSION';
  readonly createdUs: bigint;
  readonly expiryUs: bigint;
  /** Made by the emulator itself for its administrator. */
  readonly seeded: boolean;
  revokedUs: bigint | null;
  /** NULL and '' differ, in the order of a list only. */
  description: string | null;
}

export interface Model {
  readonly users: Map<number, User>;
  readonly tokens: Map<number, TokenRow>;
  /** PKCS #8, base64: there is one key pair per database. */
  readonly privateKey: string;
  clusterId: string;
  /** Another one at every start. */
  masterId: string;
  nextUserId: number;
  nextTokenId: number;
}

/** What a state file holds of the model; microseconds as text. */
export interface SavedModel {
  readonly users: readonly object[];
  readonly tokens: readonly object[];
  readonly privateKey: string;
  readonly clusterId: string;
  readonly nextUserId: number;
  readonly nextTokenId: number;
}

/** The model of a saved state, or an empty one. */
export function loadModel(saved?: SavedModel, clusterId: string = randomUUID()): Model {
  const users = (saved?.users ?? []).map((user) => revive(user) as User);
  const tokens = (saved?.tokens ?? []).map((row) => revive(row) as TokenRow);
  return {
    users: new Map(users.map((user) => [user.id, user])),
    tokens: new Map(tokens.map((row) => [row.id, row])),
    privateKey: saved?.privateKey ?? newPrivateKey(),
    clusterId: saved?.clusterId ?? clusterId,
    masterId: randomUUID(),
    nextUserId: saved?.nextUserId ?? 1,
    nextTokenId: saved?.nextTokenId ?? 1,
  };
}

export function saveModel({ users, tokens, masterId: _, ...rest }: Model): SavedModel {
  return {
    ...rest,
    users: [...users.values()].map(freeze),
    tokens: [...tokens.values()].map(freeze),
  };
}

/** Names are compared with case: there may be an `Ann` beside an `ann`. */
export function userByName({ users }: Model, username: string): User | undefined {
  return [...users.values()].find((user) => user.username === username);
}

export function tokensOf({ tokens }: Model, userId: number): readonly TokenRow[] {
  return [...tokens.values()].filter((row) => row.userId === userId);
}

/** The form of a password that clients send as hashed, and that the master makes of a plain one. */
export function hashedForm(password: string): string {
  return password === '' ? '' : createHash('sha512').update(`GubPEmmotfiK9TMD6Zdw${password}`).digest('hex');
}

/** What is stored of a password in its hashed form. */
export function storePassword(form: string, salt = randomBytes(8).toString('hex')): User['password'] {
  if (form === '') return null;
  return {
    salt,
    hash: createHash('sha256')
      .update(salt + form)
      .digest('hex'),
  };
}

/** Whether `form` is the hashed form of the user's password. */
export function isPassword({ password }: User, form: string): boolean {
  return storePassword(form, password?.salt)?.hash === password?.hash;
}

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
}

function freeze(entry: object): object {
  const pairs = Object.entries(entry);
  return Object.fromEntries(
    pairs.map(([key, value]) => [key, typeof value === 'bigint' ? String(value) : value]),
  );
}

function revive(entry: object): unknown {
  const pairs = Object.entries(entry);
  const isTime = (key: string, value: unknown): value is string =>
    key.endsWith('Us') && typeof value === 'string';
  return Object.fromEntries(pairs.map(([key, value]) => [key, isTime(key, value) ? BigInt(value) : value]));
}
