// Login, logout, and who is logged in.
import { hashedForm, isPassword, userByName } from './model.ts';
import { readBody } from './body.ts';
import { denied, invalid, invalidCredentials } from './errors.ts';
import { databaseStampUs } from './times.ts';
import { issue } from './tokens.ts';
import { viewUser } from './users.ts';
import type { Answer, Caller, OpenCall, World } from './world.ts';

const SESSION_DAYS = 7;
const DAY_MS = 86_400_000;

/** A session of seven days. Unlike the use of a token it counts as the user's last authentication. */
export function logIn(world: World, { request }: OpenCall): Answer {
  const fields = { username: 'string', password: 'string', isHashed: 'bool' } as const;
  const { username = '', password = '', isHashed = false } = readBody(world, request.body, fields);
  if (world.toggles.externalSessions === 'on') {
    throw invalid('authentication is configured to be external');
  }
  if (username === '') throw invalid('missing argument: username');
  const user = userByName(world.model, username);
  const form = isHashed ? password : hashedForm(password);
  if (!user || user.remote || !isPassword(user, form)) throw invalidCredentials();
  if (!user.active) throw denied('user is not active');
  const lifespanNs = BigInt(SESSION_DAYS * DAY_MS) * 1_000_000n;
  const { value, row } = issue(world, user, { type: 'USER_SESSION', lifespanNs, description: null });
  user.lastAuthUs = databaseStampUs(world, row.id);
  const expires = new Date(world.clock.now() + SESSION_DAYS * DAY_MS).toUTCString();
  return {
    json: { token: value, user: viewUser(user) },
    headers: { 'Set-Cookie': `auth=${value}; Path=/; Expires=${expires}` },
  };
}

/** Ends a login session; an access token it leaves alone. */
export function logOut(world: World): (world: World, caller: Caller) => Answer {
  return (_, { row }) => {
    if (row.type === 'USER_SESSION') world.model.tokens.delete(row.id);
    const headers = { 'Set-Cookie': `auth=; Path=/; Expires=${new Date(0).toUTCString()}` };
    return { json: {}, headers };
  };
}

export function getMe(): (world: World, caller: Caller) => Answer {
  return (_, { user }) => ({ json: { user: viewUser(user) } });
}
