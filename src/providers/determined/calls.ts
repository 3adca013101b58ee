/**
 * The operations of a Determined master that keyturn uses, as data: method, path, query, body, the shape of
 * the answer, and what is being done in words. `api.ts` sends them.
 */
import { hash } from 'node:crypto';
import { oneLine } from '../../net/remote-words.ts';
import * as answers from './answers.ts';

export const getMaster = {
  method: 'GET',
  path: ['master'],
  schema: answers.master,
  what: 'asking for the cluster',
} as const;

/** Admins only; the one way to learn the bounds of a lifespan before a create is refused. */
export const getMasterConfig = {
  method: 'GET',
  path: ['master', 'config'],
  schema: answers.masterConfig,
  what: 'reading the bounds of token lifespans',
} as const;

export const getCaller = {
  method: 'GET',
  path: ['me'],
  schema: answers.oneUser,
  what: 'asking who the credential belongs to',
} as const;

/** Inactive users included. */
export const listUsers = (offset: number) =>
  ({
    method: 'GET',
    path: ['users'],
    query: { offset },
    schema: answers.userList,
    what: 'listing the users',
  }) as const;

/** An `active` that is left out means false. No admin: what a token may do is for people to grant. */
export const createUser = (name: string, password: string) =>
  ({
    method: 'POST',
    path: ['users'],
    body: { user: { username: name, active: true, admin: false }, password, isHashed: false },
    schema: answers.oneUser,
    what: `creating the user ${quoted(name)}`,
    secrets: [password],
  }) as const;

/** The body is the patch itself; without `active` in it every token of the user would be revoked unasked. */
export const deactivateUser = (user: { readonly id: string; readonly name: string }) =>
  ({
    method: 'PATCH',
    path: ['users', user.id],
    body: { active: false },
    schema: answers.nothing,
    what: `deactivating the user ${quoted(user.name)}`,
  }) as const;

/** What to list: the tokens of everybody, or of one user; that one's own needs no admin. */
export interface TokenFilter {
  readonly username?: string;
  /** Never 0 or less: a filter of such ids alone is no filter, and everything would be listed. */
  readonly id?: number;
  /** Revoked and expired ones too. */
  readonly ended?: boolean;
}

/** Without `limit`: one answer with everything is the only view in which nothing moves. */
export const listTokens = ({ username, id, ended }: TokenFilter) =>
  ({
    method: 'GET',
    path: ['tokens'],
    query: { username, tokenIds: id, showInactive: ended ? 'true' : undefined },
    schema: answers.tokenList,
    what: username === undefined ? 'listing the tokens' : `listing the tokens of ${quoted(username)}`,
  }) as const;

/** `lifespan` is a Go duration; without one the master's default counts. */
export const createToken = (
  user: { readonly id: string; readonly name: string },
  {
    maxAgeSeconds,
    description,
  }: { readonly maxAgeSeconds: number | undefined; readonly description: string },
) =>
  ({
    method: 'POST',
    path: ['tokens'],
    body: {
      userId: Number(user.id),
      lifespan: maxAgeSeconds === undefined ? undefined : `${maxAgeSeconds}s`,
      description,
    },
    schema: answers.issuedToken,
    what: `creating a token for ${quoted(user.name)}`,
  }) as const;

export const describeToken = (id: string, description: string) =>
  ({
    method: 'PATCH',
    path: ['tokens', id],
    body: { description },
    schema: answers.nothing,
    what: `changing the description of token ${quoted(id)}`,
  }) as const;

export const revokeToken = (user: { readonly name: string }, id: string) =>
  ({
    method: 'PATCH',
    path: ['tokens', id],
    body: { setRevoked: true },
    schema: answers.nothing,
    what: `revoking token ${quoted(id)} of ${quoted(user.name)}`,
  }) as const;

/** The salt of det and the web page; an empty password stays empty. */
export const logIn = ({ user, password }: { readonly user: string; readonly password: string }) => {
  const hashed = password === '' ? '' : hash('sha512', `GubPEmmotfiK9TMD6Zdw${password}`);
  return {
    method: 'POST',
    path: ['auth', 'login'],
    body: { username: user, password: hashed, isHashed: true },
    schema: answers.login,
    what: `logging in as ${quoted(user)}`,
    secrets: [password, hashed].filter(Boolean),
  } as const;
};

/** Ends a login session; an access token outlives it. */
export const logOut = {
  method: 'POST',
  path: ['auth', 'logout'],
  schema: answers.nothing,
  what: 'logging out',
} as const;

/** Names come from manifests and from the provider, and may hold anything. */
function quoted(name: string): string {
  return `"${oneLine(name)}"`;
}
