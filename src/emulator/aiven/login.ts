// Endpoints that need no token: login, login options, sign-up (gone from the 2026 specification, still
// called by avn).
import type { Reply } from '../exchange.ts';
import { readBody } from './body.ts';
import { ApiError, authenticationFailed } from './errors.ts';
import { viewUser } from './me.ts';
import { userByEmail } from './model.ts';
import { issueLoginToken } from './tokens.ts';
import { isPassword, newHuman } from './users.ts';
import { ok, type OpenCall, type World } from './world.ts';

const loginFields = {
  email: { kind: 'string', required: true, max: 254 },
  password: { kind: 'string', required: true, max: 256 },
  otp: { kind: 'string', max: 6 },
  // Absent from the specification; avn may send it.
  tenant: { kind: 'string', max: 64 },
} as const;

const signUpFields = {
  email: { kind: 'string', required: true, max: 319 },
  real_name: { kind: 'string', required: true, max: 256 },
  password: { kind: 'string', max: 256 },
  company: { kind: 'string' },
  country_code: { kind: 'string', max: 2 },
  credit_code: { kind: 'string' },
  email_communication_categories: { kind: 'strings', max: 3 },
  origin: { kind: 'string' },
  state: { kind: 'string' },
  token: { kind: 'string' },
} as const;

/** Application users cannot log in: they have no password. */
export function logIn(world: World, { request }: OpenCall): Reply {
  const body = readBody(world, request.body, loginFields);
  const user = userByEmail(world.model, body.email);
  if (!user || !isPassword(user, body.password)) throw authenticationFailed();
  if (user.state === 'deactivated') {
    const message = 'Your account has been temporary suspended. Please contact your organization admin.';
    throw new ApiError(403, message, { code: 'user_deactivated' });
  }
  if (user.otp !== null && body.otp === undefined) throw new ApiError(510, 'OTP code needed');
  if (user.otp !== null && body.otp !== user.otp) throw authenticationFailed();
  const { value } = issueLoginToken(world, user);
  return ok({ state: 'active', tenant: 'aiven', token: value, user_email: user.email });
}

export function listLoginOptions(world: World, { request }: OpenCall): Reply {
  const { email } = readBody(world, request.body, { email: { kind: 'string', max: 254 } });
  const isKnown = email !== undefined && userByEmail(world.model, email) !== undefined;
  return ok({ action: isKnown ? 'password' : 'signup', method: 'POST', name: null, redirect_url: null });
}

export function signUp(world: World, { request }: OpenCall): Reply {
  const body = readBody(world, request.body, signUpFields);
  if (userByEmail(world.model, body.email)) throw new ApiError(409, 'User already exists');
  const user = newHuman(world, { email: body.email, name: body.real_name, password: body.password ?? null });
  world.model.users.set(user.id, user);
  const { value } = issueLoginToken(world, user);
  return ok({ state: 'active', token: value, user: viewUser(world, user), user_email: user.email });
}
