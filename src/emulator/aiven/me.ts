// Endpoints of the calling user itself: profile, logout, ending all tokens, password; and of the deletion
// of a user.
import type { Reply } from '../exchange.ts';
import { readBody } from './body.ts';
import { ApiError, authenticationFailed, notFound } from './errors.ts';
import { hashPassword, type TokenEnd, type User } from './model.ts';
import { refuseApplicationUser } from './personal-tokens.ts';
import { formatTime, formatValidityBegin } from './times.ts';
import { endToken, issueLoginToken, liveTokens } from './tokens.ts';
import { isPassword } from './users.ts';
import { type Call, NO_CONTENT, ok, type World } from './world.ts';

const profileFields = {
  real_name: { kind: 'string', required: true, max: 256 },
  city: { kind: 'string', max: 256 },
  country: { kind: 'string', max: 256 },
  department: { kind: 'string', max: 256 },
  job_title: { kind: 'string', max: 256 },
} as const;

const passwordFields = {
  password: { kind: 'string', required: true, max: 256 },
  new_password: { kind: 'string', required: true, max: 256 },
} as const;

export function getMe(world: World, { caller }: Call): Reply {
  if (caller.user.kind === 'application' && world.toggles.appUserMe === 'forbid') {
    throw new ApiError(403, 'Requested action not allowed for application users', {
      code: 'action_forbidden_for_application_users',
    });
  }
  return ok({ user: viewUser(world, caller.user) });
}

export function updateMe(world: World, call: Call): Reply {
  refuseApplicationUser(world, call);
  const { real_name: name, ...profile } = readBody(world, call.request.body, profileFields);
  const given = Object.entries(profile).filter((entry): entry is [string, string] => entry[1] !== undefined);
  call.caller.user.name = name;
  call.caller.user.profile = { ...call.caller.user.profile, ...Object.fromEntries(given) };
  return ok({ user: viewUser(world, call.caller.user) });
}

export function logOut(world: World, { caller }: Call): Reply {
  endToken(world, caller.token, 'revoked');
  return ok({ message: 'Logged out' });
}

/** avn crashes on an answer without `message`. */
export function expireTokens(world: World, call: Call): Reply {
  refuseApplicationUser(world, call);
  const { user } = call.caller;
  const isAll = world.toggles.expireTokensScope === 'all';
  endAll(world, user, { kind: 'expireTokens', which: isAll ? 'all' : 'login' });
  if (isAll) user.tokenValidityBeginMs = world.clock.now();
  return ok({ message: 'Authentication tokens expired' });
}

/** A password reset ends every token, by the older help texts; the answer carries the one to go on with. */
export function changePassword(world: World, call: Call): Reply {
  refuseApplicationUser(world, call);
  const { user } = call.caller;
  const body = readBody(world, call.request.body, passwordFields);
  if (!isPassword(user, body.password)) throw authenticationFailed();
  user.password = hashPassword(body.new_password);
  endAll(world, user, { kind: 'passwordChanged', which: 'all' });
  return ok({ message: 'Password changed', token: issueLoginToken(world, user).value });
}

/** Humans may delete themselves once they are in no organization; nobody else goes this way. */
export function deleteUser(world: World, { caller, params }: Call): Reply {
  const user = world.model.users.get(params['user_id'] ?? '');
  if (!user || user.deletedMs !== null) throw notFound.user();
  if (user.kind === 'application') {
    const code = 'action_forbidden_on_application_users';
    throw new ApiError(403, 'Requested action not allowed on application users', { code });
  }
  if (user.id !== caller.user.id) {
    const code = 'action_forbidden_on_unmanaged_users';
    throw new ApiError(403, 'Requested action not allowed on unmanaged users', { code });
  }
  if (user.memberships.length > 0) {
    const code = 'cannot_delete_users_with_organizations_memberships';
    throw new ApiError(400, 'The user is a member of organizations', { code });
  }
  endAll(world, user, { kind: 'userDeleted', which: 'all' });
  user.deletedMs = world.clock.now();
  return NO_CONTENT;
}

/** The user object of `GET /me`; this emulator has no projects. */
export function viewUser(world: World, user: User): Record<string, unknown> {
  const begin = user.tokenValidityBeginMs;
  return {
    auth: user.kind === 'human' ? ['password'] : [],
    city: user.profile['city'] ?? null,
    country: user.profile['country'] ?? null,
    create_time: formatTime(world, user.createdMs),
    department: user.profile['department'] ?? null,
    features: {},
    invitations: [],
    job_title: user.profile['job_title'] ?? null,
    managed_by_scim: false,
    managing_organization_id: null,
    project_membership: {},
    project_memberships: {},
    projects: [],
    real_name: user.name,
    state: user.state,
    tenant: 'aiven',
    token_validity_begin: begin === null ? null : formatValidityBegin(begin),
    user: user.email,
    user_id: user.id,
  };
}

function endAll(
  world: World,
  user: User,
  { kind, which }: { readonly kind: TokenEnd; readonly which: 'all' | 'login' },
): void {
  for (const token of liveTokens(world, user.id)) {
    if (which === 'all' || !token.createdManually) endToken(world, token, kind);
  }
}
