// Endpoints that read users, create them, and activate or deactivate many at once.
import { readId } from './access-tokens.ts';
import { readBody, readFields } from './body.ts';
import { ApiError, internal, invalid } from './errors.ts';
import { hashedForm, storePassword, type User, userByName } from './model.ts';
import { listed, pageOf, type SortKey, sorted } from './pages.ts';
import { checkAdmin, isAdmin } from './permissions.ts';
import { orderBy, readQuery } from './query.ts';
import { databaseStampUs } from './times.ts';
import { checkNames, userById, viewUser } from './users.ts';
import type { Answer, Caller, OpenCall, World } from './world.ts';

const listParameters = {
  name: 'string',
  active: 'bool',
  admin: 'bool',
  sortBy: {
    type: 'apiv1.GetUsersRequest_SortBy',
    values: [
      'SORT_BY_UNSPECIFIED',
      'SORT_BY_DISPLAY_NAME',
      'SORT_BY_USER_NAME',
      'SORT_BY_ADMIN',
      'SORT_BY_ACTIVE',
      'SORT_BY_MODIFIED_TIME',
      'SORT_BY_NAME',
      'SORT_BY_LAST_AUTH_TIME',
      'SORT_BY_REMOTE',
    ],
  },
  orderBy,
  offset: 'int32',
  limit: 'int32',
} as const;

/** In the order of the enum. */
const sortKeys: readonly ((user: User) => SortKey)[] = [
  ({ id }) => id,
  ({ displayName }) => displayName,
  ({ username }) => username,
  ({ admin }) => admin,
  ({ active }) => active,
  ({ modifiedUs }) => modifiedUs,
  ({ username, displayName }) => displayName || username,
  ({ lastAuthUs }) => lastAuthUs,
  ({ remote }) => remote,
];

const userFields = {
  username: 'string',
  admin: 'bool',
  active: 'bool',
  displayName: 'string',
  remote: 'bool',
  agentUserGroup: 'object',
} as const;

type Prepared = (world: World, caller: Caller) => Answer;

export function listUsers(world: World, { request }: OpenCall): Prepared {
  const query = readQuery(world, request, listParameters);
  return () => {
    const named = query.name ? like(query.name) : undefined;
    const users = [...world.model.users.values()].filter(
      ({ username, displayName, active, admin }) =>
        (named === undefined || named.test(username) || named.test(displayName)) &&
        (query.active === undefined || query.active === active) &&
        (query.admin === undefined || query.admin === admin),
    );
    const keyOf = sortKeys[query.sortBy ?? 0] ?? (({ id }: User) => id);
    const all = sorted(listed(world, request, users), keyOf, query.orderBy);
    const { entries, pagination } = pageOf(all, query);
    return { json: { users: entries.map(viewUser), pagination } };
  };
}

export function getUser(world: World, { params }: OpenCall): Prepared {
  const id = readId('user_id', params['user_id']);
  return () => ({ json: { user: viewUser(userById(world.model, id)) } });
}

export function getUserByName(world: World, { params }: OpenCall): Prepared {
  return () => {
    const user = userByName(world.model, params['username'] ?? '');
    if (!user) throw new ApiError('NotFound', 'user not found');
    return { json: { user: viewUser(user) } };
  };
}

/** A user is inactive unless told otherwise. A duplicate is 500 and uses up an id. */
export function createUser(world: World, { request }: OpenCall): Prepared {
  const fields = { user: 'object', password: 'string', isHashed: 'bool' } as const;
  const { user: message, password = '', isHashed = false } = readBody(world, request.body, fields);
  const wanted = message && readFields(message, userFields);
  return (_, caller) => {
    if (!wanted) throw invalid('must specify user to create');
    const { username = '', displayName, admin = false, active = false, remote = false } = wanted;
    if (remote && password !== '') throw invalid('cannot set password for remote user');
    checkNames({ username, displayName }, { isAdmin: admin });
    const text = 'only admin privileged users can create users';
    checkAdmin(world, caller.user, { text, permission: 'ADMINISTRATE_USER' });
    const id = world.model.nextUserId;
    world.model.nextUserId += 1;
    if (userByName(world.model, username)) throw internal('code=400, message=user already exists');
    const user: User = {
      id,
      username,
      displayName: displayName ?? '',
      admin,
      active,
      remote,
      agentUserGroup: wanted.agentUserGroup ?? null,
      roles: [],
      password: storePassword(isHashed ? password : hashedForm(password)),
      modifiedUs: databaseStampUs(world, id),
      lastAuthUs: null,
    };
    world.model.users.set(id, user);
    return { json: { user: viewUser(user) } };
  };
}

/** Answers 200 for every id, also for callers who may not; touches no token. */
export function activateUsers(world: World, { request }: OpenCall): Prepared {
  const { userIds = [], activate = false } = readBody(world, request.body, {
    userIds: 'int32s',
    activate: 'bool',
  });
  return (_, caller) => {
    const error = isAdmin(world, caller.user) ? '' : 'only admin privileged users can update users';
    for (const id of error === '' ? userIds : []) {
      const user = world.model.users.get(id);
      if (!user) continue;
      user.active = activate;
      user.modifiedUs = databaseStampUs(world, id);
    }
    return { json: { results: userIds.map((id) => ({ error, id })) } };
  };
}

/** The pattern of SQL's ILIKE '%text%', in which the text's own % and _ are not escaped. */
function like(text: string): RegExp {
  const pattern = text
    .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(pattern, 'is');
}
