/**
 * The operations of Aiven's API that keyturn uses, as data: method, path, body, the shape of the answer, and
 * what is being done in words. `api.ts` sends them.
 */
import { oneLine } from '../../net/remote-words.ts';
import * as answers from './answers.ts';

/** Whose tokens an operation is about. */
export type TokenOwner =
  | { readonly kind: 'caller' }
  | {
      readonly kind: 'applicationUser';
      readonly organizationId: string;
      readonly userId: string;
      readonly name: string;
    };

/** The body of a token create; a key that is undefined is not sent. */
export interface TokenRequest {
  readonly description: string;
  readonly max_age_seconds: number | undefined;
  readonly extend_when_used: boolean | undefined;
  readonly ip_allowlist: readonly string[] | undefined;
  readonly scopes: readonly string[] | undefined;
}

export const listUsers = (organizationId: string) =>
  ({
    method: 'GET',
    path: usersPath(organizationId),
    schema: answers.applicationUserList,
    what: `listing the application users of "${organizationId}"`,
  }) as const;

/** `is_super_admin` is left out: `true` is refused, and `false` is what its absence means. */
export const createUser = (organizationId: string, name: string) =>
  ({
    method: 'POST',
    path: usersPath(organizationId),
    body: { name },
    schema: answers.applicationUser,
    what: `creating the application user ${quoted(name)}`,
  }) as const;

export const deleteUser = (organizationId: string, user: { readonly id: string; readonly name: string }) =>
  ({
    method: 'DELETE',
    path: [...usersPath(organizationId), user.id],
    schema: answers.nothing,
    what: `removing the application user ${quoted(user.name)}`,
  }) as const;

export const listTokens = (owner: TokenOwner) =>
  ({
    method: 'GET',
    path: tokensPath(owner),
    schema: answers.tokenList,
    what: `listing the tokens of ${ownerName(owner)}`,
  }) as const;

export const createToken = (owner: TokenOwner, body: TokenRequest) =>
  ({
    method: 'POST',
    path: tokensPath(owner),
    body,
    schema: answers.issuedToken,
    what: `creating a token for ${ownerName(owner)}`,
    ...(owner.kind === 'applicationUser' ? { forbidden: privilegeGuard } : {}),
  }) as const;

/** Aiven's documentation of organization permissions, on `organization:app_users:write`. */
const privilegeGuard =
  'The credential may not create tokens for an application user that holds permissions; ' +
  'it needs the organization admin role.';

export const describeToken = (id: string, description: string) =>
  ({
    method: 'PUT',
    path: ['access_token', id],
    body: { description },
    schema: answers.nothing,
    what: `changing the description of token ${shownId(id)}`,
  }) as const;

export const revokeToken = (owner: TokenOwner, id: string) =>
  ({
    method: 'DELETE',
    path: [...tokensPath(owner), id],
    schema: answers.nothing,
    what: `revoking token ${shownId(id)} of ${ownerName(owner)}`,
  }) as const;

export const getCaller = {
  method: 'GET',
  path: ['me'],
  schema: answers.caller,
  what: 'asking who the credential belongs to',
} as const;

/** The password travels in the body and must not come back in a message. */
export const logIn = (entry: {
  readonly email: string;
  readonly password: string;
  readonly otp: string | undefined;
}) =>
  ({
    method: 'POST',
    path: ['userauth'],
    body: entry,
    schema: answers.login,
    what: `logging in as ${quoted(entry.email)}`,
    forbidden: 'The email address, the password or the one-time code is wrong.',
    secrets: [entry.password, ...(entry.otp === undefined ? [] : [entry.otp])],
  }) as const;

/** By the whole token, as avn does: the prefix of a login token is not known without a list. */
export const logOut = (credential: string) =>
  ({
    method: 'DELETE',
    path: ['access_token', credential],
    schema: answers.nothing,
    what: 'logging out',
  }) as const;

export const expireTokens = {
  method: 'POST',
  path: ['me', 'expire_tokens'],
  schema: answers.nothing,
  what: 'expiring every token of the calling user',
} as const;

export const listOrganizations = {
  method: 'GET',
  path: ['organizations'],
  schema: answers.organizationList,
  what: 'listing the organizations of the calling user',
} as const;

export const listMembers = (organizationId: string) =>
  ({
    method: 'GET',
    path: ['organization', organizationId, 'user'],
    schema: answers.organizationUserList,
    what: `listing the users of "${organizationId}"`,
  }) as const;

export const listPermissions = (organizationId: string) =>
  ({
    method: 'GET',
    path: ['organization', organizationId, 'permissions', 'organization', organizationId],
    schema: answers.permissionList,
    what: `reading the permissions of "${organizationId}"`,
  }) as const;

function tokensPath(owner: TokenOwner): readonly string[] {
  if (owner.kind === 'caller') return ['access_token'];
  return [...usersPath(owner.organizationId), owner.userId, 'access-tokens'];
}

function usersPath(organizationId: string): readonly string[] {
  return ['organization', organizationId, 'application-users'];
}

/** `ci-deployer`, or in words for the caller. */
function ownerName(owner: TokenOwner): string {
  return owner.kind === 'caller' ? 'the calling user' : quoted(owner.name);
}

/** Names come from manifests and from the provider, and may hold anything. */
function quoted(name: string): string {
  return `"${oneLine(name)}"`;
}

/** A whole token serves as an id too, and must not be shown. */
function shownId(id: string): string {
  return quoted(id.slice(0, 12));
}
