// Edits of one user, and what they do to that user's tokens: by a defect of 0.38.1 an edit that does not say
// "active":true revokes every access token. A toggle mends that.
import { readId } from './access-tokens.ts';
import { type Body, readBody, readString } from './body.ts';
import { denied, internal, invalid } from './errors.ts';
import { hashedForm, storePassword, type User, userByName } from './model.ts';
import { isAdmin } from './permissions.ts';
import { databaseStampUs } from './times.ts';
import { endSessionsOf, revokeAllOf } from './tokens.ts';
import { checkNames, userById, viewUser } from './users.ts';
import type { Answer, Caller, OpenCall, World } from './world.ts';

const patchFields = {
  active: 'bool',
  admin: 'bool',
  username: 'string',
  displayName: 'string',
  password: 'string',
  isHashed: 'bool',
  remote: 'bool',
  agentUserGroup: 'object',
} as const;

type Patch = Body<typeof patchFields>;
type Prepared = (world: World, caller: Caller) => Answer;

/** The body is the patch itself; one that is wrapped in "user" changes nothing. */
export function updateUser(world: World, { request, params }: OpenCall): Prepared {
  const patch = readBody(world, request.body, patchFields);
  const id = readId('user_id', params['user_id']);
  return (_, caller) => {
    const user = userById(world.model, id);
    checkMayEdit(world, caller.user, { user, patch });
    checkPatch(world, user, patch);
    const columns = changedColumns(user, patch);
    const endsSessions =
      patch.password !== undefined || (patch.remote !== undefined && patch.remote !== user.remote);
    applyPatch(world, user, patch);
    if (columns.length > 0 && revokes(world, patch)) revokeAllOf(world, user);
    if (endsSessions) endSessionsOf(world, user);
    return { json: { user: viewUser(user) } };
  };
}

/** The password endpoint keeps access tokens, unless the user is inactive. */
export function changePassword(world: World, { request, params }: OpenCall): Prepared {
  const password = readString(world, request.body);
  const id = readId('user_id', params['user_id']);
  return (_, caller) => {
    const user = userById(world.model, id);
    if (caller.user.id !== id && !isAdmin(world, caller.user)) {
      throw denied('only admin privileged users can change password of other users');
    }
    user.password = storePassword(hashedForm(password));
    user.modifiedUs = databaseStampUs(world, id);
    endSessionsOf(world, user);
    if (!user.active) revokeAllOf(world, user);
    return { json: { user: viewUser(user) } };
  };
}

function revokes({ toggles }: World, { active }: Patch): boolean {
  return toggles.userEdits === 'faithful' ? active !== true : active === false;
}

/** People may change their own names and password; whatever else is in the patch, they may not send it. */
function checkMayEdit(
  world: World,
  caller: User,
  { user, patch }: { readonly user: User; readonly patch: Patch },
): void {
  if (isAdmin(world, caller)) return;
  const isOwn = caller.id === user.id;
  const { active, admin, remote, agentUserGroup } = patch;
  const isModest = [active, admin, remote, agentUserGroup].every((field) => field === undefined);
  if (!isOwn || !isModest) throw denied('only admin privileged users can update other users');
}

function checkPatch(
  { model }: World,
  user: User,
  { username, displayName, password, admin = user.admin }: Patch,
): void {
  if (user.remote && (username !== undefined || password !== undefined)) {
    throw invalid('cannot change username or password of remote user');
  }
  if (username !== undefined || displayName !== undefined) {
    checkNames({ username: username ?? user.username, displayName }, { isAdmin: admin });
  }
  const others = [...model.users.values()].filter(({ id }) => id !== user.id);
  const same = (name: string): boolean => name.toLowerCase() === displayName?.toLowerCase();
  if (displayName && others.some((other) => same(other.username) || same(other.displayName))) {
    throw invalid('display name is already in use');
  }
  if (username !== undefined && username !== user.username && userByName(model, username)) {
    throw internal('code=400, message=user already exists');
  }
}

/** Some fields count as a change whenever they are there, names only if they differ. */
function changedColumns(user: User, patch: Patch): readonly string[] {
  const always = (['admin', 'active', 'remote', 'password'] as const).filter(
    (name) => patch[name] !== undefined,
  );
  const names = (['username', 'displayName'] as const).filter(
    (name) => patch[name] !== undefined && patch[name] !== user[name],
  );
  return [...always, ...names];
}

function applyPatch(world: World, user: User, patch: Patch): void {
  const { isHashed = false, password } = patch;
  user.active = patch.active ?? user.active;
  user.admin = patch.admin ?? user.admin;
  user.remote = patch.remote ?? user.remote;
  user.username = patch.username ?? user.username;
  user.displayName = patch.displayName ?? user.displayName;
  user.agentUserGroup = patch.agentUserGroup ?? user.agentUserGroup;
  if (password !== undefined) user.password = storePassword(isHashed ? password : hashedForm(password));
  user.modifiedUs = databaseStampUs(world, user.id);
}
