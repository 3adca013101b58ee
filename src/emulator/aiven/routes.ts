// Every endpoint of the emulated API below /v1, with the scopes a scope-restricted token needs for it. The
// spelling is the real one, traps included: "access-token" is singular only where a managed user's token is
// revoked.
import type { EmulatorRequest } from '../exchange.ts';
import * as appTokens from './application-tokens.ts';
import * as appUsers from './application-users.ts';
import * as login from './login.ts';
import * as me from './me.ts';
import * as settings from './organization-settings.ts';
import * as organizations from './organizations.ts';
import * as personal from './personal-tokens.ts';
import type { Call, OpenCall, Route, World } from './world.ts';

type Handle = Extract<Route, { kind: 'authenticated' }>['handle'];

const ORG = '/organization/{organization_id}';
const USERS = `${ORG}/application-users`;
const TOKENS = `${USERS}/{user_id}/access-tokens`;
const MEMBER = `${ORG}/user/{member_user_id}`;
const PERMISSIONS = `${ORG}/permissions/{resource_type}/{resource_id}`;
const AUTHENTICATION = `${ORG}/config/authentication`;
const ALLOWLIST = `${ORG}/config/api-client-ip-allowlist`;

const userRead = ['user:read', 'authentication:read'];
const userWrite = ['user:write', 'authentication:write'];
const accountsRead = ['accounts:read', 'authentication:read'];
const accountsWrite = ['accounts:write', 'authentication:write'];

const routes: readonly Route[] = [
  open('POST /userauth', login.logIn),
  open('POST /userauth/login_options', login.listLoginOptions),
  open('POST /user', login.signUp),

  authenticated('POST /access_token', userWrite, personal.createPersonalToken),
  authenticated('GET /access_token', userRead, personal.listPersonalTokens),
  authenticated('PUT /access_token/{token_prefix}', userWrite, personal.updatePersonalToken),
  authenticated('DELETE /access_token/{token_prefix}', userWrite, personal.revokePersonalToken),

  authenticated('GET /me', ['user:read'], me.getMe),
  authenticated('PATCH /me', ['user:write'], me.updateMe),
  authenticated('POST /me/logout', [], me.logOut),
  authenticated('POST /me/expire_tokens', userWrite, me.expireTokens),
  authenticated('PUT /me/password', userWrite, me.changePassword),
  authenticated('DELETE /user/{user_id}', userWrite, me.deleteUser),

  authenticated(`POST ${USERS}`, accountsWrite, appUsers.createApplicationUser),
  authenticated(`GET ${USERS}`, accountsRead, appUsers.listApplicationUsers),
  authenticated(`GET ${USERS}/{user_id}`, accountsRead, appUsers.getApplicationUser),
  authenticated(`PATCH ${USERS}/{user_id}`, ['accounts:write'], appUsers.updateApplicationUser),
  authenticated(`DELETE ${USERS}/{user_id}`, accountsWrite, appUsers.deleteApplicationUser),
  authenticated(`POST ${TOKENS}`, accountsWrite, appTokens.createApplicationToken),
  authenticated(`GET ${TOKENS}`, accountsRead, appTokens.listApplicationTokens),
  authenticated(`DELETE ${TOKENS}/{token_prefix}`, accountsWrite, appTokens.revokeApplicationToken),

  authenticated('GET /organizations', ['accounts:read'], organizations.listOrganizations),
  authenticated(`GET ${ORG}`, ['accounts:read'], organizations.getOrganization),
  authenticated(`GET ${ORG}/user`, ['accounts:read'], organizations.listOrganizationUsers),
  authenticated(`GET ${MEMBER}`, ['accounts:read'], organizations.getOrganizationUser),
  authenticated(`GET ${MEMBER}/access-tokens`, ['accounts:read'], organizations.listMemberTokens),
  authenticated(`DELETE ${MEMBER}/access-token/{token_prefix}`, userWrite, organizations.revokeMemberToken),
  authenticated('GET /account', ['accounts:read'], organizations.listAccounts),
  authenticated('GET /project', ['projects:read'], organizations.listProjects),

  authenticated(`GET ${PERMISSIONS}`, accountsRead, settings.getPermissions),
  authenticated(`PUT ${PERMISSIONS}`, accountsWrite, settings.setPermissions),
  authenticated(`PATCH ${PERMISSIONS}`, accountsWrite, settings.updatePermissions),
  authenticated(`GET ${AUTHENTICATION}`, accountsRead, settings.getAuthenticationConfig),
  authenticated(`PATCH ${AUTHENTICATION}`, accountsWrite, settings.updateAuthenticationConfig),
  authenticated(`GET ${ALLOWLIST}`, ['accounts:read'], settings.getApiAllowlist),
  authenticated(`PUT ${ALLOWLIST}`, ['accounts:write'], settings.setApiAllowlist),
];

const compiled = routes.map((route) => ({ route, pattern: ['v1', ...route.path.split('/').slice(1)] }));

export type Match =
  | { readonly kind: 'found'; readonly route: Route; readonly params: Call['params'] }
  | { readonly kind: 'wrongMethod' }
  | { readonly kind: 'unknown' };

/** The route of a request and the placeholders of its path. */
export function matchRoute({ method, segments }: EmulatorRequest): Match {
  const fitting = compiled.filter(({ pattern }) => fits(pattern, segments));
  const found = fitting.find(({ route }) => route.method === method);
  if (!found) return { kind: fitting.length > 0 ? 'wrongMethod' : 'unknown' };
  const params = found.pattern.flatMap((part, i) =>
    part.startsWith('{') ? [[part.slice(1, -1), segments[i] ?? '']] : [],
  );
  return { kind: 'found', route: found.route, params: Object.fromEntries(params) };
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]));
}

function open(endpoint: string, handle: (world: World, call: OpenCall) => ReturnType<Handle>): Route {
  const [method = '', path = ''] = endpoint.split(' ');
  return { kind: 'open', method, path, handle };
}

function authenticated(endpoint: string, scopes: readonly string[], handle: Handle): Route {
  const [method = '', path = ''] = endpoint.split(' ');
  return { kind: 'authenticated', method, path, scopes, handle };
}
