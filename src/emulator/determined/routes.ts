// Every endpoint of the emulated master below /api/v1. What is not here is 501, wrong methods included.
import type { EmulatorRequest } from '../exchange.ts';
import * as tokens from './access-tokens.ts';
import * as login from './login.ts';
import * as master from './master.ts';
import * as userEdits from './user-edits.ts';
import * as users from './user-endpoints.ts';
import type { Answer, OpenCall, Route, World } from './world.ts';

type Prepare = Extract<Route, { kind: 'authenticated' }>['prepare'];

const routes: readonly Route[] = [
  open('POST /auth/login', login.logIn),
  open('GET /master', master.getMaster),
  open('GET /master/telemetry', master.getTelemetry),

  authenticated('POST /auth/logout', login.logOut),
  authenticated('GET /auth/user', login.getMe),
  authenticated('GET /me', login.getMe),
  authenticated('GET /master/config', master.getMasterConfig),

  authenticated('POST /tokens', tokens.createToken),
  authenticated('GET /tokens', tokens.listTokens),
  authenticated('PATCH /tokens/{token_id}', tokens.updateToken),

  authenticated('GET /users', users.listUsers),
  authenticated('POST /users', users.createUser),
  authenticated('PATCH /users', users.activateUsers),
  authenticated('GET /users/{user_id}', users.getUser),
  authenticated('PATCH /users/{user_id}', userEdits.updateUser),
  authenticated('POST /users/{user_id}/password', userEdits.changePassword),
  authenticated('GET /users/{username}/by-username', users.getUserByName),
];

const compiled = routes.map((route) => ({
  route,
  pattern: ['api', 'v1', ...route.path.split('/').slice(1)],
}));

export interface Match {
  readonly route: Route;
  readonly params: OpenCall['params'];
}

/** The route of a request and the placeholders of its path; one slash at the end is not seen. */
export function matchRoute({ method, segments }: EmulatorRequest): Match | undefined {
  const path = segments.at(-1) === '' ? segments.slice(0, -1) : segments;
  const found = compiled.find(({ route, pattern }) => route.method === method && fits(pattern, path));
  if (!found) return undefined;
  const params = found.pattern.flatMap((part, i) =>
    part.startsWith('{') ? [[part.slice(1, -1), path[i] ?? '']] : [],
  );
  return { route: found.route, params: Object.fromEntries(params) };
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.length !== path.length) return false;
  return pattern.every((part, i) => {
    const given = path[i] ?? '';
    // A slash stays one, also when it is escaped.
    return part.startsWith('{') ? given !== '' && !given.includes('/') : part === given;
  });
}

function open(endpoint: string, handle: (world: World, call: OpenCall) => Answer): Route {
  const [method = '', path = ''] = endpoint.split(' ');
  return { kind: 'open', method, path, handle };
}

function authenticated(endpoint: string, prepare: Prepare): Route {
  const [method = '', path = ''] = endpoint.split(' ');
  return { kind: 'authenticated', method, path, prepare };
}
