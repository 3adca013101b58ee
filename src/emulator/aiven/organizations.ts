// Endpoints around organizations: their list, their users, the tokens of managed users, accounts and
// projects.
import type { Reply } from '../exchange.ts';
import { organizationFor, requireAdmin } from './access.ts';
import { hidingAbsence } from './application-tokens.ts';
import { ApiError, notFound } from './errors.ts';
import { listed } from './lists.ts';
import type { Organization, User } from './model.ts';
import { formatTime } from './times.ts';
import {
  endToken,
  findToken,
  isEnded,
  isExpired,
  liveTokens,
  tokensOf,
  viewLastUse,
  viewList,
} from './tokens.ts';
import { type Call, NO_CONTENT, ok, type World } from './world.ts';

export function listOrganizations(world: World, { caller }: Call): Reply {
  return ok({ organizations: organizationsOf(world, caller.user).map((entry) => view(world, entry)) });
}

export function getOrganization(world: World, { caller, params }: Call): Reply {
  return ok(view(world, organizationFor(world, caller.user, params['organization_id'] ?? '')));
}

/** `GET /account` is what the Terraform provider finds an organization by name with. */
export function listAccounts(world: World, { caller, request }: Call): Reply {
  if (world.faults.take('accountList404', request)) {
    throw new ApiError(404, 'Account does not exist', { code: 'account_not_found' });
  }
  const accounts = organizationsOf(world, caller.user).map((entry) => ({
    access_source: 'organization_membership',
    account_id: entry.accountId,
    account_name: entry.name,
    account_owner_team_id: `at${entry.accountId.slice(1)}`,
    create_time: formatTime(world, entry.createdMs),
    features: {},
    is_account_member: true,
    is_account_owner: true,
    organization_id: entry.id,
    parent_account_id: null,
    primary_billing_group_id: '00000000-0000-4000-8000-000000000000',
    root_account_id: entry.accountId,
    tenant_id: 'aiven',
    update_time: formatTime(world, entry.createdMs),
  }));
  return ok({ accounts });
}

/** Every login of avn asks for this; the list exists and is empty. */
export function listProjects(): Reply {
  return ok({ projects: [], project_membership: {}, project_memberships: {} });
}

export function listOrganizationUsers(world: World, { caller, params, request }: Call): Reply {
  const { id } = organizationFor(world, caller.user, params['organization_id'] ?? '');
  const withApplicationUsers = request.query.get('include_application_users') !== 'false';
  const users = [...world.model.users.values()].filter((user) => {
    return (
      membershipOf(user, id) && user.deletedMs === null && (withApplicationUsers || user.kind === 'human')
    );
  });
  return ok({ users: users.map((user) => viewMember(world, user, id)) });
}

export function getOrganizationUser(world: World, call: Call): Reply {
  const { id } = organizationFor(world, call.caller.user, call.params['organization_id'] ?? '');
  return ok(viewMember(world, memberOf(world, call), id));
}

export function listMemberTokens(world: World, call: Call): Reply {
  const member = hidingAbsence(world, () => managedMember(world, call));
  const valid = tokensOf(world, member.id).filter(
    (token) => !isEnded(world, token) && !isExpired(world, token),
  );
  const tokens = listed(world, call.request, valid).map((token) => {
    const { last_ip, last_used_time, last_user_agent } = viewLastUse(world, token);
    const ip_allowlist = viewList(world, token.ipAllowlist);
    const { description, prefix: token_prefix } = token;
    return { description, ip_allowlist, last_ip, last_used_time, last_user_agent, token_prefix };
  });
  return ok({ tokens });
}

export function revokeMemberToken(world: World, call: Call): Reply {
  const member = hidingAbsence(world, () => managedMember(world, call));
  const token = findToken(world, liveTokens(world, member.id), call.params['token_prefix'] ?? '');
  const missingStatus = world.toggles.revokeMissingPersonalToken;
  if (token) endToken(world, token, 'revoked');
  else if (missingStatus !== 200) throw new ApiError(missingStatus, 'Access token not found');
  return NO_CONTENT;
}

function managedMember(world: World, call: Call): User {
  const { id } = organizationFor(world, call.caller.user, call.params['organization_id'] ?? '');
  requireAdmin(world, call.caller.user, id);
  const member = memberOf(world, call);
  if (member.kind === 'human') return member;
  const code = 'action_forbidden_on_application_users';
  throw new ApiError(403, 'Requested action not allowed on application users', { code });
}

function memberOf(world: World, { params }: Call): User {
  const user = world.model.users.get(params['member_user_id'] ?? '');
  if (!user || user.deletedMs !== null || !membershipOf(user, params['organization_id'] ?? ''))
    throw notFound.user();
  return user;
}

function membershipOf(user: User, organizationId: string): User['memberships'][number] | undefined {
  return user.memberships.find((membership) => membership.organizationId === organizationId);
}

function organizationsOf({ model }: World, user: User): readonly Organization[] {
  return user.memberships.flatMap(({ organizationId }) => model.organizations.get(organizationId) ?? []);
}

function view(world: World, { id, name, accountId, createdMs }: Organization): Record<string, unknown> {
  return {
    account_id: accountId,
    create_time: formatTime(world, createdMs),
    default_governance_user_group_id: null,
    organization_id: id,
    organization_name: name,
    tier: 'business',
    update_time: formatTime(world, createdMs),
  };
}

/** For an application user, the last activity is the last use of one of its tokens. */
function viewMember(world: World, user: User, organizationId: string): Record<string, unknown> {
  const membership = membershipOf(user, organizationId);
  const uses = tokensOf(world, user.id).map((token) => viewLastUse(world, token)['last_used_time'] ?? '');
  return {
    is_super_admin: membership?.isSuperAdmin ?? false,
    join_time: formatTime(world, membership?.joinedMs ?? user.createdMs),
    last_activity_time: uses.sort().at(-1) || null,
    user_id: user.id,
    user_info: {
      city: user.profile['city'] ?? null,
      country: user.profile['country'] ?? null,
      create_time: formatTime(world, user.createdMs),
      department: user.profile['department'] ?? null,
      is_application_user: user.kind === 'application',
      job_title: user.profile['job_title'] ?? null,
      managed_by_scim: false,
      managing_organization_id: user.kind === 'application' ? organizationId : null,
      real_name: user.name,
      state: user.state,
      user_email: user.email,
    },
  };
}
