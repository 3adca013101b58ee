// What a caller's role allows in an organization, and the privilege guard on issuing application tokens.
// Source: Aiven's documentation of organization permissions.
import { ApiError, notFound, permissionDenied } from './errors.ts';
import type { Organization, User } from './model.ts';
import type { World } from './world.ts';

const ADMIN = 'role:organization:admin';
export const APP_USERS_WRITE = 'organization:app_users:write';

/**
 * The organization an operation is about.
 * @throws ApiError 404 if there is none, 403 if the caller is not in it
 */
export function organizationFor(world: World, user: User, id: string): Organization {
  const organization = world.model.organizations.get(id);
  if (!organization) throw notFound.organization();
  if (!user.memberships.some((membership) => membership.organizationId === id)) {
    throw permissionDenied('Not a member of this organization');
  }
  return organization;
}

/** Super admins and holders of the organization admin role. */
function isAdmin(world: World, user: User, organizationId: string): boolean {
  const membership = user.memberships.find((entry) => entry.organizationId === organizationId);
  return (
    membership?.isSuperAdmin === true || organizationPermissions(world, user, organizationId).includes(ADMIN)
  );
}

/** @throws ApiError 403 unless the caller is an organization admin or holds `permission` */
export function requirePermission(
  world: World,
  user: User,
  { organizationId, permission }: { readonly organizationId: string; readonly permission: string },
): void {
  if (isAdmin(world, user, organizationId)) return;
  if (!organizationPermissions(world, user, organizationId).includes(permission)) throw permissionDenied();
}

/** @throws ApiError 403 `user_not_organization_admin` */
export function requireAdmin(world: World, user: User, organizationId: string): void {
  if (isAdmin(world, user, organizationId)) return;
  throw new ApiError(403, 'User is not organization administrator.', { code: 'user_not_organization_admin' });
}

/**
 * P1: whoever is no organization admin may issue tokens only to application users that hold no permission
 * at all.
 * @throws ApiError 403 with the toggled code
 */
export function guardPrivilege(
  world: World,
  user: User,
  {
    target,
    organizationId,
  }: {
    readonly target: User;
    readonly organizationId: string;
  },
): void {
  if (isAdmin(world, user, organizationId)) return;
  const isPrivileged =
    target.memberships.some((membership) => membership.isSuperAdmin) ||
    world.model.permissions.some((entry) => entry.principalId === target.id && entry.permissions.length > 0);
  if (!isPrivileged) return;
  const code = world.toggles.privilegeGuardCode;
  const message = 'Tokens of application users with permissions can only be created by an organization admin';
  throw new ApiError(403, message, code === 'none' ? {} : { code });
}

function organizationPermissions(world: World, user: User, organizationId: string): readonly string[] {
  const held = world.model.permissions.filter((entry) => {
    const isHere = entry.organizationId === organizationId && entry.resourceType === 'organization';
    return isHere && entry.principalType === 'user' && entry.principalId === user.id;
  });
  return held.flatMap((entry) => entry.permissions);
}
