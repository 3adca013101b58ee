// Endpoints of the caller's own tokens: /access_token.
import type { Reply } from '../exchange.ts';
import { readBody } from './body.ts';
import { ApiError } from './errors.ts';
import { listed } from './lists.ts';
import type { StoredToken } from './model.ts';
import { checkRoom, descriptionField, readTokenRequest } from './token-request.ts';
import {
  endToken,
  findToken,
  isEnded,
  isExpired,
  issueToken,
  liveTokens,
  tokensOf,
  viewToken,
} from './tokens.ts';
import { type Call, ok, type World } from './world.ts';

export function createPersonalToken(world: World, call: Call): Reply {
  const { user, token: own } = call.caller;
  refuseApplicationUser(world, call);
  refuseByPolicy(world, call);
  const fields = readTokenRequest(world, call.request.body, 'personal');
  checkRoom(world, user.id, { kind: 'personal', description: fields.description });
  const issued = issueToken(world, user, { ...fields, createdManually: true, byPassword: own.byPassword });
  return ok({ ...viewToken(world, issued.token, call.caller), full_token: issued.value });
}

/** Lists valid tokens only, by the specification's own word, login tokens among them. */
export function listPersonalTokens(world: World, call: Call): Reply {
  refuseApplicationUser(world, call);
  const all = tokensOf(world, call.caller.user.id);
  const valid = all.filter((token) => !isEnded(world, token) && !isExpired(world, token));
  const tokens = listed(world, call.request, valid);
  return ok({ tokens: tokens.map((token) => viewToken(world, token, call.caller)) });
}

export function updatePersonalToken(world: World, call: Call): Reply {
  refuseApplicationUser(world, call);
  const { description } = readBody(world, call.request.body, descriptionField);
  const token = find(world, call);
  if (!token) throw missing(world.toggles.revokeMissingPersonalToken);
  token.description = description;
  return ok(viewToken(world, token, call.caller));
}

export function revokePersonalToken(world: World, call: Call): Reply {
  refuseApplicationUser(world, call);
  const token = find(world, call);
  if (token) endToken(world, token, 'revoked');
  else if (world.toggles.revokeMissingPersonalToken !== 200)
    throw missing(world.toggles.revokeMissingPersonalToken);
  return ok({ message: 'Revoked' });
}

function find(world: World, { caller, params }: Call): StoredToken | undefined {
  return findToken(world, liveTokens(world, caller.user.id), params['token_prefix'] ?? '');
}

/** An update has nothing to answer a made-up success with, so 200 means 404 here. */
function missing(status: number): ApiError {
  return new ApiError(status === 200 ? 404 : status, 'Access token not found');
}

/** @throws ApiError 403 unless application users are toggled to look after their own tokens */
export function refuseApplicationUser({ toggles }: World, { caller }: Call): void {
  if (caller.user.kind === 'human' || toggles.appUserSelfService === 'allow') return;
  throw new ApiError(403, 'Requested action not allowed for application users', {
    code: 'action_forbidden_for_application_users',
  });
}

/** An organization that turned personal tokens off forbids its managed users to make any. */
function refuseByPolicy({ model }: World, { caller }: Call): void {
  const isBarred = caller.user.memberships.some(({ organizationId }) => {
    return model.organizations.get(organizationId)?.authentication['personal_tokens_enabled'] === false;
  });
  if (!isBarred || caller.user.kind === 'application') return;
  throw new ApiError(403, 'Personal tokens are not allowed', { code: 'user_personal_token_not_allowed' });
}
