// Who calls, and whether the credential lives. What a caller may do is in permissions.ts.
import type { EmulatorRequest } from '../exchange.ts';
import { ApiError, denied, invalidCredentials } from './errors.ts';
import { revoke, rowOf, stateOf } from './tokens.ts';
import type { Caller, World } from './world.ts';

/**
 * The caller of a request.
 * @throws ApiError one of five distinct answers, in the master's order: nothing sent, no credential of ours,
 * expired, revoked, user inactive
 */
export function identify(world: World, request: EmulatorRequest): Caller {
  const value = credentialOf(request);
  const row = rowOf(world, value);
  const user = row && world.model.users.get(row.userId);
  if (!row || !user) throw invalidCredentials();
  if (row.type === 'ACCESS_TOKEN' && world.faults.take('credentialRevoked', request)) revoke(world, row);
  const state = stateOf(world, row);
  if (state === 'expired' && user.remote) throw unauthenticated('remote user token expired');
  if (state === 'expired') throw invalidCredentials();
  if (state === 'revoked') throw unauthenticated('user access token revoked');
  if (!user.active) throw denied('user does not have permission');
  return { user, row };
}

/** The first source that is there counts, even if it is bad; an empty header is one only without cookie. */
function credentialOf({ headers }: EmulatorRequest): string {
  const forwarded = headers['grpc-metadata-x-user-token'];
  if (typeof forwarded === 'string') return bearer(forwarded);
  const { authorization } = headers;
  if (authorization) return bearer(authorization);
  const cookie = /(?:^|;\s*)auth=([^;]*)/.exec(headers.cookie ?? '')?.[1];
  if (cookie !== undefined) return cookie;
  throw authorization === undefined ? unauthenticated('token missing') : invalidCredentials();
}

function bearer(header: string): string {
  if (!header.startsWith('Bearer ')) throw invalidCredentials();
  return header.slice('Bearer '.length);
}

function unauthenticated(message: string): ApiError {
  return new ApiError('Unauthenticated', message);
}
