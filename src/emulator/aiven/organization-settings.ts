// Endpoints of an organization's settings: permissions, authentication policy, allowlist of API clients.
// All need an organization admin, also to read.
import { isAllowed, isIpRange } from '../ip-ranges.ts';
import type { Reply } from '../exchange.ts';
import { organizationFor, requireAdmin } from './access.ts';
import { type Body, checkFields, invalid, readBody } from './body.ts';
import { ApiError } from './errors.ts';
import type { Organization, Permission } from './model.ts';
import { formatTime } from './times.ts';
import { type Call, NO_CONTENT, ok, type World } from './world.ts';

const RESOURCE_TYPES = ['organization', 'organization_unit', 'project'];
const OPERATIONS = ['set', 'grant', 'revoke'];

const entryFields = {
  principal_id: { kind: 'string', required: true },
  principal_type: { kind: 'string', required: true },
  permissions: { kind: 'strings', required: true },
} as const;

const putFields = { permissions: { kind: 'objects', required: true } } as const;
const patchFields = { ...putFields, operation: { kind: 'string' } } as const;

const authenticationFields = {
  mcp_enabled: { kind: 'boolean' },
  oauth_enabled: { kind: 'boolean' },
  password_auth_enabled: { kind: 'boolean' },
  personal_tokens_enabled: { kind: 'boolean' },
  personal_tokens_require_allowed_auth_method: { kind: 'boolean' },
  saml_allow_external: { kind: 'boolean' },
  saml_enabled: { kind: 'boolean' },
  two_factor_required: { kind: 'boolean' },
} as const;

const allowlistFields = {
  api_client_ip_allowlist: { kind: 'strings', required: true },
  api_client_ip_allowlist_enabled: { kind: 'boolean', required: true },
} as const;

type Entry = Body<typeof entryFields>;

export function getPermissions(world: World, call: Call): Reply {
  const held = permissionsOf(world, resourceOf(world, call));
  const permissions = held.map((entry) => ({
    create_time: formatTime(world, entry.createdMs),
    permissions: entry.permissions,
    principal_id: entry.principalId,
    principal_type: entry.principalType,
    update_time: formatTime(world, entry.updatedMs),
  }));
  return ok({ permissions });
}

export function setPermissions(world: World, call: Call): Reply {
  const resource = resourceOf(world, call);
  const { permissions } = readBody(world, call.request.body, putFields);
  const entries = permissions.map((entry) => readEntry(world, entry));
  const held = new Set(permissionsOf(world, resource));
  world.model.permissions = world.model.permissions.filter((entry) => !held.has(entry));
  for (const entry of entries) store(world, resource, entry);
  return NO_CONTENT;
}

export function updatePermissions(world: World, call: Call): Reply {
  const resource = resourceOf(world, call);
  const { operation = 'set', permissions } = readBody(world, call.request.body, patchFields);
  if (!OPERATIONS.includes(operation)) throw invalid(world, "'operation' is not valid");
  for (const entry of permissions.map((given) => readEntry(world, given))) {
    const held = permissionsOf(world, resource).find(({ principalId }) => principalId === entry.principal_id);
    const before = held?.permissions ?? [];
    const given = entry.permissions;
    const after = {
      set: given,
      grant: [...new Set([...before, ...given])],
      revoke: before.filter((permission) => !given.includes(permission)),
    };
    store(world, resource, { ...entry, permissions: after[operation as keyof typeof after] });
  }
  return NO_CONTENT;
}

export function getAuthenticationConfig(world: World, call: Call): Reply {
  return ok(adminOrganization(world, call).authentication);
}

export function updateAuthenticationConfig(world: World, call: Call): Reply {
  const organization = adminOrganization(world, call);
  const body = readBody(world, call.request.body, authenticationFields);
  const given = Object.entries(body).filter((entry): entry is [string, boolean] => entry[1] !== undefined);
  Object.assign(organization.authentication, Object.fromEntries(given));
  return ok(organization.authentication);
}

export function getApiAllowlist(world: World, call: Call): Reply {
  const { apiAllowlist, apiAllowlistEnabled } = adminOrganization(world, call);
  return ok({ api_client_ip_allowlist: apiAllowlist, api_client_ip_allowlist_enabled: apiAllowlistEnabled });
}

export function setApiAllowlist(world: World, call: Call): Reply {
  const organization = adminOrganization(world, call);
  const body = readBody(world, call.request.body, allowlistFields);
  const ranges = body.api_client_ip_allowlist;
  if (!ranges.every(isIpRange)) {
    throw new ApiError(400, 'An IP address or range is not valid', { code: 'ip_address_not_valid' });
  }
  if (body.api_client_ip_allowlist_enabled && !isAllowed(call.caller.address, ranges)) {
    const code = 'api_client_ip_allowlist_blocks_caller';
    throw new ApiError(400, 'The IP allowlist provided would lock out the caller of the update.', { code });
  }
  organization.apiAllowlist = ranges;
  organization.apiAllowlistEnabled = body.api_client_ip_allowlist_enabled;
  return NO_CONTENT;
}

type Resource = Pick<Permission, 'organizationId' | 'resourceType' | 'resourceId'>;

function resourceOf(world: World, call: Call): Resource {
  const { id: organizationId } = adminOrganization(world, call);
  const { resource_type: resourceType = '', resource_id: resourceId = '' } = call.params;
  if (RESOURCE_TYPES.includes(resourceType)) return { organizationId, resourceType, resourceId };
  const code = 'unsupported_resource_type';
  throw new ApiError(400, 'The resource type is not supported for the current operation', { code });
}

function adminOrganization(world: World, { caller, params }: Call): Organization {
  const organization = organizationFor(world, caller.user, params['organization_id'] ?? '');
  requireAdmin(world, caller.user, organization.id);
  return organization;
}

function permissionsOf({ model }: World, resource: Resource): readonly Permission[] {
  return model.permissions.filter(
    ({ organizationId, resourceType, resourceId }) =>
      organizationId === resource.organizationId &&
      resourceType === resource.resourceType &&
      resourceId === resource.resourceId,
  );
}

function readEntry(world: World, given: object): Entry {
  const entry = checkFields(world, given, entryFields);
  if (!['user', 'user_group'].includes(entry.principal_type))
    throw invalid(world, "'principal_type' is not valid");
  return entry;
}

/** An entry with no permissions removes the principal's assignment. */
function store(world: World, resource: Resource, entry: Entry): void {
  const nowMs = world.clock.now();
  const held = permissionsOf(world, resource).find(({ principalId }) => principalId === entry.principal_id);
  world.model.permissions = world.model.permissions.filter((other) => other !== held);
  if (entry.permissions.length === 0) return;
  world.model.permissions.push({
    ...resource,
    principalId: entry.principal_id,
    principalType: entry.principal_type,
    permissions: entry.permissions,
    createdMs: held?.createdMs ?? nowMs,
    updatedMs: nowMs,
  });
}
