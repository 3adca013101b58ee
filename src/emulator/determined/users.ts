// Users as the API shows and finds them, and what their names may be.
import { ApiError, invalid } from './errors.ts';
import type { Model, User } from './model.ts';
import { formatTime } from './times.ts';

/** A user as the API shows it; a time that is not there is left out. */
export function viewUser(user: User): Record<string, unknown> {
  return {
    id: user.id,
    username: user.username,
    admin: user.admin,
    active: user.active,
    agentUserGroup: user.agentUserGroup,
    displayName: user.displayName,
    modifiedAt: formatTime(user.modifiedUs),
    remote: user.remote,
    ...(user.lastAuthUs === null ? {} : { lastAuthAt: formatTime(user.lastAuthUs) }),
  };
}

/** @throws ApiError 404 */
export function userById({ users }: Model, id: number): User {
  const user = users.get(id);
  if (user) return user;
  throw new ApiError('NotFound', 'user not found');
}

/**
 * Holds names to the rules of the master.
 * @throws ApiError 400
 */
export function checkNames(
  { username, displayName }: { readonly username: string; readonly displayName: string | undefined },
  { isAdmin }: { readonly isAdmin: boolean },
): void {
  const names = [username, ...(displayName ? [displayName] : [])];
  if (names.some((name) => /[^\0-\x7f]/.test(name))) {
    throw invalid('Display name and username cannot contain non-ASCII characters.');
  }
  if (names.some((name) => name.length < 2)) {
    throw invalid('Display name or username value has minimum length.');
  }
  const lower = username.toLowerCase();
  if (lower === 'admin' && !isAdmin) throw invalid("Non-admin user cannot be renamed 'admin'");
  if (lower === 'determined' && username !== lower) throw invalid("User cannot be renamed 'determined'");
}
