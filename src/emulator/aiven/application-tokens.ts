// Endpoints of the tokens of application users. There is no update and no read of a single token, as in the
// real API.
import type { Reply } from '../exchange.ts';
import { guardPrivilege } from './access.ts';
import { allowedApplicationUser } from './application-users.ts';
import { ApiError, permissionDenied } from './errors.ts';
import { listed } from './lists.ts';
import type { StoredToken, User } from './model.ts';
import { checkRoom, readTokenRequest } from './token-request.ts';
import { endToken, findToken, isEnded, isExpired, issueToken, tokensOf, viewToken } from './tokens.ts';
import { type Call, NO_CONTENT, ok, type World } from './world.ts';

/** Answers the value and its prefix only: neither expiry nor time of creation. */
export function createApplicationToken(world: World, call: Call): Reply {
  const target = targetOf(world, call);
  const organizationId = call.params['organization_id'] ?? '';
  guardPrivilege(world, call.caller.user, { target, organizationId });
  const fields = readTokenRequest(world, call.request.body, 'application');
  checkRoom(world, target.id, { kind: 'application', description: fields.description });
  const issued = issueToken(world, target, { ...fields, createdManually: true, byPassword: false });
  return ok({ full_token: issued.value, token_prefix: issued.token.prefix });
}

export function listApplicationTokens(world: World, call: Call): Reply {
  const user = targetOf(world, call);
  const tokens = listed(world, call.request, listable(world, user));
  return ok({ tokens: tokens.map((token) => viewToken(world, token, call.caller)) });
}

export function revokeApplicationToken(world: World, call: Call): Reply {
  const user = targetOf(world, call);
  const known = listable(world, user).filter((token) => token.end === null);
  const token = findToken(world, known, call.params['token_prefix'] ?? '');
  if (token) endToken(world, token, 'revoked');
  else if (world.toggles.revokeMissingAppToken !== 204) {
    throw new ApiError(world.toggles.revokeMissingAppToken, 'Access token not found');
  }
  return NO_CONTENT;
}

function listable(world: World, user: User): readonly StoredToken[] {
  return tokensOf(world, user.id).filter((token) => {
    return !isEnded(world, token) && (world.toggles.appListIncludesExpired || !isExpired(world, token));
  });
}

function targetOf(world: World, call: Call): User {
  return hidingAbsence(world, () => allowedApplicationUser(world, call));
}

/** Token operations may answer 403 instead of 404 for an unknown organization or user, as toggled. */
export function hidingAbsence<T>({ toggles }: World, find: () => T): T {
  try {
    return find();
  } catch (error) {
    const isAbsence = error instanceof ApiError && error.status === 404;
    throw isAbsence && toggles.tokenOpsNotFound === 403 ? permissionDenied() : error;
  }
}
