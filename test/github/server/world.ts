// Everything the loopback GitHub holds: repositories, organizations, secrets, variables, comments, history.
import sodium from 'libsodium-wrappers';

export interface StoredSecret {
  /** What was sealed, opened. */
  readonly value: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly visibility: Visibility | undefined;
  readonly repositoryIds: readonly number[];
}

export interface StoredVariable {
  readonly value: string;
  readonly visibility: Visibility | undefined;
  readonly repositoryIds: readonly number[];
}

export type Visibility = 'all' | 'private' | 'selected';

/** What one public key covers: a repository, an environment or an organization, for Actions or Dependabot. */
export interface Vault {
  keyId: string;
  keys: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };
  readonly secrets: Map<string, StoredSecret>;
  readonly variables: Map<string, StoredVariable>;
}

export interface StoredComment {
  readonly id: number;
  readonly number: number;
  readonly author: string;
  readonly body: string;
  /** Who edited it last; undefined where nobody did. */
  readonly editedBy: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface StoredPull {
  readonly number: number;
  readonly base: string;
  readonly author: string;
  /** The commit its branch is at. */
  readonly headSha: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly mergedAt: number | undefined;
  readonly mergeCommit: string | undefined;
  readonly state: 'open' | 'closed';
}

export interface StoredRepository {
  readonly id: number;
  readonly fullName: string;
  readonly isPrivate: boolean;
  readonly actions: Vault;
  readonly dependabot: Vault;
  /** By lower-case name. */
  readonly environments: Map<string, Vault>;
  readonly comments: StoredComment[];
  readonly pulls: StoredPull[];
  /** Parents by commit. */
  readonly commits: Map<string, readonly string[]>;
  readonly branches: Map<string, string>;
  /** By `commit:path`. */
  readonly files: Map<string, string>;
}

interface StoredOrganization {
  readonly actions: Vault;
  readonly dependabot: Vault;
}

export interface World {
  /** By lower-case `owner/name`. */
  readonly repositories: Map<string, StoredRepository>;
  readonly organizations: Map<string, StoredOrganization>;
  /** New full name by old one, in lower case. */
  readonly renamed: Map<string, string>;
  nextId: number;
  now(): number;
}

export function createWorld(now: () => number): World {
  return { repositories: new Map(), organizations: new Map(), renamed: new Map(), nextId: 1_000, now };
}

export function createVault(world: World): Vault {
  return { ...freshKey(world), secrets: new Map(), variables: new Map() };
}

/** A new key pair, as GitHub may make at any time. */
export function freshKey(world: World): Pick<Vault, 'keyId' | 'keys'> {
  // Longer than a number of JavaScript holds, as the real ones.
  const keyId = String(568_250_167_242_549_743n + BigInt(world.nextId++));
  return { keyId, keys: sodium.crypto_box_keypair() };
}

export function createRepository(world: World, fullName: string, isPrivate: boolean): StoredRepository {
  return {
    id: world.nextId++,
    fullName,
    isPrivate,
    actions: createVault(world),
    dependabot: createVault(world),
    environments: new Map(),
    comments: [],
    pulls: [],
    commits: new Map(),
    branches: new Map(),
    files: new Map(),
  };
}

export function repositoryOf(world: World, fullName: string): StoredRepository {
  const found = world.repositories.get(fullName.toLowerCase());
  if (!found) throw new Error(`the loopback GitHub has no repository ${fullName}`);
  return found;
}
