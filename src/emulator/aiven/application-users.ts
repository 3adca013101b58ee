// Endpoints of an organization's application users. Deleting one invalidates all its tokens at once.
import type { Reply } from '../exchange.ts';
import { APP_USERS_WRITE, organizationFor, requirePermission } from './access.ts';
import { type Body, readBody } from './body.ts';
import { ApiError, notFound, permissionDenied } from './errors.ts';
import { listed } from './lists.ts';
import { newId, type Organization, type User } from './model.ts';
import { formatTime } from './times.ts';
import { quotaReached } from './token-request.ts';
import { endToken, liveTokens } from './tokens.ts';
import { type Call, NO_CONTENT, ok, type World } from './world.ts';

/** For how long after a create or grant the fault `forbiddenAfterGrant` may strike. */
const GRANT_WINDOW_MS = 60_000;

const fields = { name: { kind: 'string', required: true }, is_super_admin: { kind: 'boolean' } } as const;

export function createApplicationUser(world: World, call: Call): Reply {
  const organization = allowedOrganization(world, call);
  const body = readBody(world, call.request.body, fields);
  refuseSuperAdmin(world, body);
  const siblings = applicationUsersOf(world, organization.id);
  const quota = world.toggles.appUserQuota;
  if (quota !== 'off' && siblings.length >= quota) throw quotaReached(world, 'application users');
  refuseTakenName(world, siblings, body.name);
  const id = newId('u');
  const nowMs = world.clock.now();
  const user: User = {
    id,
    kind: 'application',
    email: `${id}@application-users.invalid`,
    createdMs: nowMs,
    memberships: [{ organizationId: organization.id, isSuperAdmin: false, joinedMs: nowMs }],
    name: body.name,
    profile: {},
    password: null,
    otp: null,
    state: 'active',
    tokenValidityBeginMs: null,
    deletedMs: null,
  };
  world.model.users.set(id, user);
  return ok(view(world, user));
}

export function listApplicationUsers(world: World, call: Call): Reply {
  const { id } = allowedOrganization(world, call);
  const users = listed(world, call.request, applicationUsersOf(world, id));
  return ok({ application_users: users.map((user) => view(world, user)) });
}

export function getApplicationUser(world: World, call: Call): Reply {
  return ok(view(world, allowedApplicationUser(world, call)));
}

export function updateApplicationUser(world: World, call: Call): Reply {
  const user = allowedApplicationUser(world, call);
  const body = readBody(world, call.request.body, fields);
  refuseSuperAdmin(world, body);
  const others = applicationUsersOf(world, call.params['organization_id'] ?? '').filter(
    ({ id }) => id !== user.id,
  );
  refuseTakenName(world, others, body.name);
  user.name = body.name;
  return ok(view(world, user));
}

export function deleteApplicationUser(world: World, call: Call): Reply {
  const user = allowedApplicationUser(world, call);
  if (world.faults.take('appUserDeleteSpurious400', call.request)) {
    throw new ApiError(400, 'The application user cannot be deleted', { code: 'bad_request' });
  }
  user.deletedMs = world.clock.now();
  for (const token of liveTokens(world, user.id)) endToken(world, token, 'userDeleted');
  world.model.permissions = world.model.permissions.filter((entry) => entry.principalId !== user.id);
  return NO_CONTENT;
}

/**
 * The application user an operation names, after every check of organization, permission and kind of user.
 * @throws ApiError 403 or 404 as documented for get and update; the other operations reuse these
 */
export function allowedApplicationUser(world: World, call: Call): User {
  const organization = allowedOrganization(world, call);
  const user = world.model.users.get(call.params['user_id'] ?? '');
  const isHere = user?.memberships.some((membership) => membership.organizationId === organization.id);
  if (!user || !isHere || user.deletedMs !== null) throw notFound.user();
  if (user.kind !== 'application') {
    throw new ApiError(400, 'User is not an application user', { code: 'user_not_application_user' });
  }
  if (isFresh(world, user) && world.faults.take('forbiddenAfterGrant', call.request))
    throw permissionDenied();
  return user;
}

/** An organization's application users in order of creation. */
function applicationUsersOf({ model }: World, organizationId: string): readonly User[] {
  return [...model.users.values()].filter(({ kind, deletedMs, memberships }) => {
    return kind === 'application' && deletedMs === null && memberships[0]?.organizationId === organizationId;
  });
}

function allowedOrganization(world: World, { caller, params }: Call): Organization {
  const organization = organizationFor(world, caller.user, params['organization_id'] ?? '');
  const wanted = { organizationId: organization.id, permission: APP_USERS_WRITE };
  requirePermission(world, caller.user, wanted);
  return organization;
}

function isFresh(world: World, user: User): boolean {
  const token = liveTokens(world, user.id).at(-1);
  const grants = world.model.permissions.filter((entry) => entry.principalId === user.id);
  const changes = [user.createdMs, token?.createdMs ?? 0, ...grants.map((grant) => grant.updatedMs)];
  return world.clock.now() - Math.max(...changes) < GRANT_WINDOW_MS;
}

function refuseSuperAdmin({ toggles }: World, body: Body<typeof fields>): void {
  if (!body.is_super_admin) return;
  throw new ApiError(toggles.superAdminStatus, 'Making application users super admin is no longer supported');
}

function refuseTakenName({ toggles }: World, others: readonly User[], name: string): void {
  if (toggles.uniqueNames === 'off' || !others.some((user) => user.name === name)) return;
  throw new ApiError(409, 'An application user of this name exists already');
}

function view(world: World, { id, name, email, createdMs, memberships }: User): Record<string, unknown> {
  return {
    user_id: id,
    name,
    user_email: email,
    is_super_admin: memberships[0]?.isSuperAdmin ?? false,
    create_time: formatTime(world, createdMs),
  };
}
