// Who calls, and whether the token lets them: header, value, expiry, allowlists, scopes, an organization's
// policy on personal tokens. What a role or permission allows is in access.ts.
import { isAllowed } from '../ip-ranges.ts';
import { ApiError, permissionDenied } from './errors.ts';
import { type Organization, type StoredToken, sha256, type User } from './model.ts';
import { evictLoginToken, isEnded, isExpired, loginTokens, recordUse } from './tokens.ts';
import type { Caller, OpenCall, World } from './world.ts';

const EXPIRED_MESSAGE = 'Missing (expired) db token';

/**
 * The user and token behind a request, without counting it as use.
 * @throws ApiError one of three distinct answers: unusable header, unknown value, ended or expired token
 */
export function identify(world: World, call: OpenCall): Caller {
  const { request } = call;
  const value = /^(?:aivenv1|bearer) +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (value === undefined) {
    throw new ApiError(world.toggles.missingAuthStatus, 'Authentication failed', {
      code: 'authentication_failed',
    });
  }
  const token = world.model.tokens.get(sha256(value));
  const user = token && world.model.users.get(token.userId);
  if (!token || !user) throw invalidToken(world);
  const mayEvict = loginTokens(world, user).length > 0;
  if (mayEvict && world.faults.take('loginTokenEviction', request)) evictLoginToken(world, user);
  const refusal = tokenRefusal(world, token);
  if (refusal) throw refusal;
  return { user, token, address: callerAddress(world, call) };
}

/** Why a token does not authenticate; undefined if it does. */
export function tokenRefusal(world: World, token: StoredToken): ApiError | undefined {
  if (isEnded(world, token)) {
    const isPlain = world.toggles.revokedTokenMessage === 'Invalid token';
    return isPlain ? invalidToken(world) : new ApiError(401, EXPIRED_MESSAGE);
  }
  return isExpired(world, token) ? new ApiError(401, EXPIRED_MESSAGE) : undefined;
}

/**
 * Checks the restrictions of a live token for this route and notes its use.
 * @throws ApiError for an allowlist, scope or policy that bars it
 */
export function authorize(
  world: World,
  caller: Caller,
  call: OpenCall & { readonly scopes: readonly string[] },
): void {
  const { user, token, address } = caller;
  const organization = world.model.organizations.get(organizationIdOf(user, call.params) ?? '');
  const barredByToken = token.ipAllowlist !== null && !allows(token.ipAllowlist, address);
  const barredByOrganization =
    organization?.apiAllowlistEnabled === true && !allows(organization.apiAllowlist, address);
  if (barredByToken || barredByOrganization) throw ipViolation(world);
  const userAgent = call.request.headers['user-agent'] ?? null;
  recordUse(world, token, { atMs: world.clock.now(), ip: address, userAgent });
  checkScopes(token, call.scopes);
  if (organization && user.kind === 'human') checkPersonalTokenPolicy(token, organization);
}

/** 401 or 403 for a caller outside an allowlist. */
function ipViolation({ toggles }: World): ApiError {
  const code = 'client_ip_address_policy_violation';
  return new ApiError(toggles.ipViolation, 'The IP address of the client is not allowed', { code });
}

/** Where a call seems to come from: what it states itself, else the toggled address. */
function callerAddress({ toggles }: World, { request }: OpenCall): string {
  const stated = request.headers['x-forwarded-for'];
  const first = (Array.isArray(stated) ? stated[0] : stated)?.split(',')[0]?.trim();
  return first || toggles.callerAddress;
}

/** An empty allowlist is an unset one. */
export function allows(ranges: readonly string[], address: string): boolean {
  return ranges.length === 0 || isAllowed(address, ranges);
}

/**
 * An organization's allowlist follows its application users everywhere, other users only into its own
 * endpoints.
 */
function organizationIdOf(user: User, params: Readonly<Record<string, string>>): string | undefined {
  return user.kind === 'application' ? user.memberships[0]?.organizationId : params['organization_id'];
}

function checkScopes(token: StoredToken, needed: readonly string[]): void {
  if (token.scopes === null || token.scopes.length === 0) return;
  const held = new Set(token.scopes);
  const missing = needed.find((scope) => {
    return !held.has('all') && !held.has(scope) && !held.has(scope.split(':')[0] ?? scope);
  });
  if (missing !== undefined) throw permissionDenied(`The token lacks the scope ${missing}`);
}

function checkPersonalTokenPolicy(token: StoredToken, { authentication }: Organization): void {
  if (token.createdManually && authentication['personal_tokens_enabled'] === false) {
    throw new ApiError(403, 'Personal tokens are not allowed in this organization', {
      code: 'user_personal_token_not_allowed',
    });
  }
  const passwordBarred =
    authentication['personal_tokens_require_allowed_auth_method'] === true &&
    authentication['password_auth_enabled'] === false;
  if (token.byPassword && passwordBarred) {
    const code = 'user_password_authentication_method_not_allowed';
    throw new ApiError(403, 'The authentication method behind this token is not allowed', { code });
  }
}

function invalidToken({ toggles }: World): ApiError {
  return new ApiError(toggles.invalidTokenStatus, 'Invalid token');
}
