// Who may do what with tokens and users: by the user's admin flag (basic), or by roles (RBAC), where the
// flag grants nothing.
import { denied } from './errors.ts';
import type { Role, User } from './model.ts';
import type { World } from './world.ts';

const ADMIN: readonly Role[] = ['ClusterAdmin'];
const ANY_ROLE: readonly Role[] = ['ClusterAdmin', 'TokenCreator'];

/** Whether `user` may administer the cluster. */
export function isAdmin({ toggles }: World, user: User): boolean {
  return toggles.authz === 'basic' ? user.admin : user.roles.includes('ClusterAdmin');
}

/** @throws ApiError 403 */
export function checkCreate(world: World, caller: User, target: User): void {
  if (world.toggles.authz === 'basic') {
    if (!caller.admin) throw denied('only admin privileged users can create token for own/other users');
    return;
  }
  if (caller.id !== target.id) {
    if (!has(caller, ADMIN)) throw denied("only admin privileged users can create other user's token");
  } else if (!has(caller, ANY_ROLE)) {
    throw denied(`unable to create token due to insufficient permissions: ${required('CREATE_TOKEN')}`);
  }
}

/** @throws ApiError 403; `named` is the user of the list's filter, undefined without one */
export function checkList(world: World, caller: User, named: User | undefined): void {
  const isOwn = named?.id === caller.id;
  if (world.toggles.authz === 'basic') {
    if (!isOwn && !caller.admin) throw denied('only admin privileged users can view other users');
    return;
  }
  const text = 'unable to get token due to insufficient permissions';
  if (!isOwn && !has(caller, ADMIN)) throw denied(text);
  if (isOwn && !has(caller, ANY_ROLE)) throw denied(`${text}: ${required('VIEW_TOKEN')}`);
}

/** @throws ApiError 403 */
export function checkUpdate(world: World, caller: User, ownerId: number): void {
  if (world.toggles.authz === 'basic') {
    if (!caller.admin) throw denied('only admin privileged users can update access tokens');
    return;
  }
  const isOwn = caller.id === ownerId;
  if (has(caller, isOwn ? ANY_ROLE : ADMIN)) return;
  const permission = isOwn ? 'UPDATE_TOKEN' : 'ADMINISTRATE_TOKEN';
  throw denied(`unable to update token due to insufficient permissions: ${required(permission)}`);
}

/** @throws ApiError 403, with `text` in basic mode and the name of the permission in RBAC mode */
export function checkAdmin(
  world: World,
  caller: User,
  { text, permission }: { readonly text: string; readonly permission: string },
): void {
  if (isAdmin(world, caller)) return;
  throw denied(world.toggles.authz === 'basic' ? text : required(permission));
}

function has({ roles }: User, wanted: readonly Role[]): boolean {
  return roles.some((role) => wanted.includes(role));
}

function required(permission: string): string {
  return `access denied; required permissions: PERMISSION_TYPE_${permission}`;
}
