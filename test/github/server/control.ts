// What a test sees and changes behind the back of the client.
import { deliveryPermissions, type Token } from './access.ts';
import type { SeenRequest, Stage } from './exchange.ts';
import type { Fault } from './faults.ts';
import { addComment } from './talk.ts';
import { type Place, vaultAt } from './vaults.ts';
import {
  createRepository,
  createVault,
  freshKey,
  repositoryOf,
  type StoredComment,
  type StoredPull,
  type StoredSecret,
  type StoredVariable,
} from './world.ts';

export interface SecretPlace extends Place {
  readonly name: string;
}

export interface GitHubControl {
  /** Every request so far, in the order they came. */
  readonly requests: readonly SeenRequest[];
  /** Requests and answers that do not agree with GitHub's description. Every test ends with none. */
  readonly breaches: readonly string[];
  now(): number;
  advance(ms: number): void;
  /** Arms a mishap; see `faults.ts`. */
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Makes a token known. @returns its value. Unless told, it may deliver anywhere, as `keyturn[bot]`. */
  token(options?: Partial<Omit<Token, 'value'>> & { readonly value?: string }): string;
  /** From now on the token is answered with 401. */
  revoke(token: string): void;
  repository(fullName: string, options?: RepositoryOptions): void;
  /** Everything in it moves along; the old name redirects. */
  rename(from: string, to: string): void;
  organization(name: string): void;
  secret(place: SecretPlace): StoredSecret | undefined;
  variable(place: SecretPlace): StoredVariable | undefined;
  /** As a person does it in the settings; undefined deletes. */
  setSecret(place: SecretPlace, value: string | undefined): void;
  setVariable(place: SecretPlace, value: string | undefined): void;
  removeEnvironment(repository: string, environment: string): void;
  /** A new key pair, as GitHub may make at any time: what was sealed for the old one is refused. */
  rotateKey(place: Place): void;
  comments(repository: string, number: number): readonly StoredComment[];
  comment(repository: string, comment: Pick<StoredComment, 'number' | 'author' | 'body'>): number;
  editComment(repository: string, id: number, body: string | undefined, by?: string): void;
  /** Adds a commit, and moves the branch to it when one is given. */
  commit(repository: string, commit: Commit): void;
  pull(repository: string, pull: Pick<StoredPull, 'number'> & Partial<StoredPull>): void;
}

interface RepositoryOptions {
  readonly isPrivate?: boolean;
  readonly environments?: readonly string[];
  /** Its `GITHUB_REPOSITORY_ID`. */
  readonly id?: number;
}

interface Commit {
  readonly sha: string;
  readonly parents?: readonly string[];
  readonly branch?: string;
  readonly files?: Readonly<Record<string, string>>;
}

export function createControl(
  stage: Stage,
  { advance }: { readonly advance: (ms: number) => void },
): GitHubControl {
  const { world, tokens, requests, breaches, faults } = stage;
  return {
    requests,
    breaches,
    now: () => world.now(),
    advance,
    fault: (fault) => faults.arm(fault),
    clearFaults: () => faults.clear(),
    token: (options = {}) => {
      const value = options.value ?? `ghs_${String(world.nextId++).padStart(36, 'x')}`;
      const {
        login = 'keyturn[bot]',
        permissions = deliveryPermissions,
        repositories,
        hidden = [],
      } = options;
      tokens.set(value, { value, login, permissions, repositories, hidden });
      return value;
    },
    revoke: (value) => void tokens.delete(value),
    organization: (name) => {
      const made = { actions: createVault(world), dependabot: createVault(world) };
      world.organizations.set(name.toLowerCase(), made);
    },
    ...vaultControl(stage),
    ...repositoryControl(stage),
  };
}

type VaultMethods = 'secret' | 'variable' | 'setSecret' | 'setVariable' | 'rotateKey' | 'removeEnvironment';

function vaultControl({ world }: Stage): Pick<GitHubControl, VaultMethods> {
  const shared = { visibility: undefined, repositoryIds: [] };
  return {
    secret: (place) => vaultAt(world, place).secrets.get(place.name),
    variable: (place) => vaultAt(world, place).variables.get(place.name),
    setSecret: (place, value) => {
      const { secrets } = vaultAt(world, place);
      const known = secrets.get(place.name);
      const times = { createdAt: known?.createdAt ?? world.now(), updatedAt: world.now() };
      if (value === undefined) secrets.delete(place.name);
      else secrets.set(place.name, { ...shared, ...known, value, ...times });
    },
    setVariable: (place, value) => {
      const { variables } = vaultAt(world, place);
      if (value === undefined) variables.delete(place.name);
      else variables.set(place.name, { ...shared, ...variables.get(place.name), value });
    },
    rotateKey: (place) => void Object.assign(vaultAt(world, place), freshKey(world)),
    removeEnvironment: (repository, environment) => {
      repositoryOf(world, repository).environments.delete(environment.toLowerCase());
    },
  };
}

type RepositoryMethods = 'repository' | 'rename' | 'comments' | 'comment' | 'editComment' | 'commit' | 'pull';

function repositoryControl({ world }: Stage): Pick<GitHubControl, RepositoryMethods> {
  return {
    repository: (fullName, { isPrivate = true, environments = [], id } = {}) => {
      const made = createRepository(world, fullName, isPrivate);
      for (const name of environments) made.environments.set(name.toLowerCase(), createVault(world));
      world.repositories.set(fullName.toLowerCase(), id === undefined ? made : { ...made, id });
    },
    rename: (from, to) => {
      const stored = repositoryOf(world, from);
      world.repositories.delete(from.toLowerCase());
      world.repositories.set(to.toLowerCase(), { ...stored, fullName: to });
      world.renamed.set(from.toLowerCase(), to.toLowerCase());
    },
    comments: (repository, number) =>
      repositoryOf(world, repository).comments.filter((comment) => comment.number === number),
    comment: (repository, comment) => addComment(world, repositoryOf(world, repository), comment).id,
    editComment: (repository, id, body, by = 'mallory') => {
      const { comments } = repositoryOf(world, repository);
      const at = comments.findIndex((comment) => comment.id === id);
      const old = comments[at];
      if (!old) throw new Error(`there is no comment ${id}`);
      if (body === undefined) comments.splice(at, 1);
      else comments[at] = { ...old, body, editedBy: by, updatedAt: world.now() };
    },
    commit: (repository, { sha, parents = [], branch, files = {} }) => {
      const stored = repositoryOf(world, repository);
      stored.commits.set(sha, parents);
      if (branch !== undefined) stored.branches.set(branch, sha);
      for (const [path, text] of Object.entries(files)) stored.files.set(`${sha}:${path}`, text);
    },
    pull: (repository, pull) => {
      const mergedAt = pull.mergedAt;
      const { pulls } = repositoryOf(world, repository);
      const at = pulls.findIndex(({ number }) => number === pull.number);
      const usual = {
        base: 'main',
        author: 'octocat',
        headSha: pulls[at]?.headSha ?? '0'.repeat(40),
        createdAt: pulls[at]?.createdAt ?? world.now(),
        updatedAt: mergedAt ?? world.now(),
        mergedAt,
        mergeCommit: undefined,
        state: mergedAt === undefined ? 'open' : 'closed',
      } as const;
      const made = { ...usual, ...pull };
      if (at === -1) pulls.push(made);
      else pulls[at] = made;
    },
  };
}
