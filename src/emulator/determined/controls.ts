// Control endpoints that know the master's model: what tokens there really are, whether a value is live,
// users with roles, many tokens at once, and what no endpoint used here does: another cluster behind the same
// address, a deactivation through SCIM, which deletes rows.
import type { Control } from '../exchange.ts';
import { EmulatorOptionError } from '../option-error.ts';
import { ROLES, type Role, type TokenRow, tokensOf, type User, userByName } from './model.ts';
import { addUser } from './seed.ts';
import { formatTime, stampUs } from './times.ts';
import { daysOf } from './toggles.ts';
import { issue, rowOf, stateOf } from './tokens.ts';
import type { World } from './world.ts';

type Input = Readonly<Record<string, unknown>>;

const DAY_NS = 86_400_000_000_000n;

export function determinedControls(world: World): Readonly<Record<string, Control>> {
  const { model } = world;
  return {
    tokens: (method, input) => {
      if (method === 'POST') return ok({ tokens: issueMany(world, input) });
      return ok({ tokens: [...model.tokens.values()].map((row) => describe(world, row)) });
    },
    check: (_method, input) => ok(checkValue(world, input)),
    users: (method, input) => {
      if (method === 'POST') return ok(putUser(world, input));
      return ok({ users: [...model.users.values()].map(describeUser) });
    },
    cluster: (method, input) => {
      if (method === 'POST') model.clusterId = text(input, 'clusterId');
      return ok({ clusterId: model.clusterId, masterId: model.masterId });
    },
    'scim-deactivate': (_method, input) => ok(deactivate(world, userOf(world, input))),
  };
}

/** POST `{"token":"…"}`: whether that value works, and if not, why. */
function checkValue(world: World, input: Input): Record<string, unknown> {
  const row = rowOf(world, String(input['token'] ?? ''));
  if (!row) return { live: false, reason: 'unknown' };
  const state = stateOf(world, row);
  const isActive = world.model.users.get(row.userId)?.active === true;
  const reason = state !== 'live' ? state : isActive ? null : 'userInactive';
  return { live: reason === null, reason, userId: row.userId, id: row.id, description: row.description };
}

/** POST creates or changes a user: `{"username","password","admin","roles"}`. Answers a fresh token of it. */
function putUser(world: World, input: Input): Record<string, unknown> {
  const username = text(input, 'username');
  const password = String(input['password'] ?? '');
  const admin = input['admin'] === true;
  const user = userByName(world.model, username) ?? addUser(world, { username, admin, password });
  if (Array.isArray(input['roles'])) user.roles = input['roles'].map(readRole);
  if (typeof input['remote'] === 'boolean') user.remote = input['remote'];
  const lifespanNs = BigInt(daysOf(world.toggles.maxLifespanDays)) * DAY_NS;
  const wanted = { type: 'ACCESS_TOKEN', lifespanNs, description: 'made by the control endpoint' } as const;
  const { value, row } = issue(world, user, wanted);
  return { userId: user.id, token: value, tokenId: row.id };
}

function readRole(name: unknown): Role {
  const role = ROLES.find((known) => known === name);
  if (role) return role;
  throw new EmulatorOptionError(`There is no role "${String(name)}" here. Roles: ${ROLES.join(', ')}.`);
}

/** POST `{"username","count","description"}` issues many tokens, without their values. */
function issueMany(world: World, input: Input): number {
  const user = userOf(world, input);
  const count = Number(input['count'] ?? 1);
  const description = String(input['description'] ?? '') || null;
  const lifespanNs = BigInt(daysOf(world.toggles.defaultLifespanDays)) * DAY_NS;
  for (let i = 0; i < count; i += 1) issue(world, user, { type: 'ACCESS_TOKEN', lifespanNs, description });
  return count;
}

/** As SCIM does it: the user becomes inactive, and the rows of its tokens and sessions are gone. */
function deactivate(world: World, user: User): Record<string, unknown> {
  const rows = tokensOf(world.model, user.id);
  for (const { id } of rows) world.model.tokens.delete(id);
  user.active = false;
  user.modifiedUs = stampUs(world, user.id);
  return { deleted: rows.length };
}

function describe(world: World, row: TokenRow): Record<string, unknown> {
  return {
    id: row.id,
    userId: row.userId,
    username: world.model.users.get(row.userId)?.username,
    type: row.type,
    description: row.description,
    createdAt: formatTime(row.createdUs),
    expiry: formatTime(row.expiryUs),
    revokedAt: row.revokedUs === null ? null : formatTime(row.revokedUs),
    seeded: row.seeded,
    state: stateOf(world, row),
  };
}

function describeUser({ password: _, modifiedUs: __, lastAuthUs: ___, ...rest }: User): object {
  return rest;
}

function userOf({ model }: World, input: Input): User {
  const username = text(input, 'username');
  const user = userByName(model, username);
  if (user) return user;
  throw new EmulatorOptionError(`There is no user "${username}".`);
}

function text(input: Input, key: string): string {
  const value = input[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new EmulatorOptionError(`"${key}" must be a text.`);
}

function ok(json: unknown): ReturnType<Control> {
  return { status: 200, json };
}
