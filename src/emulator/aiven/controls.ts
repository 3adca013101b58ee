// Control endpoints that know Aiven's model: what tokens there really are, whether a value is live, further
// users and organizations. They stand outside the emulated API and never count as use of a token.
import type { Control } from '../exchange.ts';
import { allows, tokenRefusal } from './auth.ts';
import { type Organization, type StoredToken, sha256, type User, userByEmail } from './model.ts';
import { addOrganization } from './seed.ts';
import { formatTime } from './times.ts';
import { expiryMs, isExpired, issueToken } from './tokens.ts';
import { newHuman } from './users.ts';
import { ok, type World } from './world.ts';

export function aivenControls(world: World): Readonly<Record<string, Control>> {
  return {
    tokens: () => ok({ tokens: [...world.model.tokens.values()].map((token) => describe(world, token)) }),
    check: (_method, input) => checkValue(world, input),
    users: (method, input) => {
      if (method === 'POST') return ok(putUser(world, input));
      return ok({ users: [...world.model.users.values()].map(({ password: _, otp: __, ...rest }) => rest) });
    },
    organizations: (method, input) => {
      if (method === 'POST') return ok({ organization_id: joinAdmins(world, input).id });
      return ok({ organizations: [...world.model.organizations.values()] });
    },
  };
}

/**
 * POST `{"token":"…","address":"203.0.113.7"}`: whether that value works, from there if an address is
 * given.
 */
function checkValue(world: World, input: Readonly<Record<string, unknown>>): ReturnType<Control> {
  const token = world.model.tokens.get(sha256(String(input['token'] ?? '')));
  if (!token) return ok({ live: false, reason: 'unknown' });
  const address = input['address'];
  const ranges = token.ipAllowlist ?? [];
  const isBarred = typeof address === 'string' && !allows(ranges, address);
  const state = stateOf(world, token);
  const live = tokenRefusal(world, token) === undefined && !isBarred;
  const reason = live ? null : isBarred ? 'address' : state;
  return ok({ live, reason, userId: token.userId, prefix: token.prefix, description: token.description });
}

/**
 * POST creates or changes a human: `{"email", "password", "name", "otp", "state", "organizationId",
 * "isSuperAdmin", "permissions"}`, all but the e-mail optional. Answers its id and a fresh token of it.
 */
function putUser(world: World, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const email = String(input['email']);
  const password = typeof input['password'] === 'string' ? input['password'] : null;
  const user =
    userByEmail(world.model, email) ??
    newHuman(world, { email, name: String(input['name'] ?? email), password });
  world.model.users.set(user.id, user);
  if (typeof input['otp'] === 'string' || input['otp'] === null) user.otp = input['otp'];
  if (input['state'] === 'active' || input['state'] === 'deactivated') user.state = input['state'];
  if (typeof input['organizationId'] === 'string')
    join(world, user, { ...input, organizationId: input['organizationId'] });
  const { value } = issueToken(world, user, {
    description: 'made by the control endpoint',
    maxAgeSeconds: null,
    extendWhenUsed: false,
    ipAllowlist: null,
    scopes: null,
    createdManually: true,
    byPassword: false,
  });
  return { user_id: user.id, token: value };
}

function join(
  world: World,
  user: User,
  input: { readonly organizationId: string; readonly [key: string]: unknown },
): void {
  const { organizationId } = input;
  const nowMs = world.clock.now();
  user.memberships.push({ organizationId, isSuperAdmin: input['isSuperAdmin'] === true, joinedMs: nowMs });
  const permissions = Array.isArray(input['permissions']) ? input['permissions'].map(String) : [];
  if (permissions.length === 0) return;
  world.model.permissions.push({
    organizationId,
    resourceType: 'organization',
    resourceId: organizationId,
    principalId: user.id,
    principalType: 'user',
    permissions,
    createdMs: nowMs,
    updatedMs: nowMs,
  });
}

/** POST `{"name"}` adds an organization which every super admin of the first one administers too. */
function joinAdmins(world: World, input: Readonly<Record<string, unknown>>): Organization {
  const [first] = world.model.organizations.keys();
  const organization = addOrganization(world, { name: String(input['name'] ?? 'another') });
  for (const user of world.model.users.values()) {
    const isAdmin = user.memberships.some((entry) => entry.organizationId === first && entry.isSuperAdmin);
    if (isAdmin) join(world, user, { organizationId: organization.id, isSuperAdmin: true });
  }
  return organization;
}

function describe(world: World, token: StoredToken): Record<string, unknown> {
  const user = world.model.users.get(token.userId);
  const expiry = expiryMs(token);
  const use = token.uses.at(-1);
  return {
    prefix: token.prefix,
    userId: token.userId,
    userName: user?.name,
    userKind: user?.kind,
    organizationId: user?.kind === 'application' ? user.memberships[0]?.organizationId : null,
    description: token.description,
    scopes: token.scopes,
    ipAllowlist: token.ipAllowlist,
    maxAgeSeconds: token.maxAgeSeconds,
    createdManually: token.createdManually,
    seeded: token.seeded,
    createTime: formatTime(world, token.createdMs),
    expiryTime: expiry === null ? null : formatTime(world, expiry),
    lastUsedTime: use ? formatTime(world, use.atMs) : null,
    lastUserAgent: use?.userAgent ?? null,
    endTime: token.end ? formatTime(world, token.end.atMs) : null,
    state: stateOf(world, token),
  };
}

/** "live", "expired", or how the token ended ("revoked", "userDeleted", …), lags aside. */
function stateOf(world: World, token: StoredToken): string {
  if (token.end !== null) return token.end.kind;
  return isExpired(world, token) ? 'expired' : 'live';
}
