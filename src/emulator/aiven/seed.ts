// What the emulator starts with: one organization and its super admin, with a token that never expires.
import type { World } from './world.ts';
import { newId, type Organization, sha256, type User } from './model.ts';
import { issueToken } from './tokens.ts';
import { newHuman } from './users.ts';

export interface SeedOptions {
  readonly organizationId?: string;
  readonly organizationName?: string;
  readonly email?: string;
  readonly password?: string;
  /** The administrator's token value; one is made up if absent. */
  readonly adminToken?: string;
}

export interface Seed {
  readonly adminToken: string;
  readonly adminUserId: string;
  readonly organizationId: string;
}

export const ADMIN_EMAIL = 'admin@example.com';
export const ADMIN_PASSWORD = 'emulator-admin';

/**
 * Fills an empty world; in one of a state file finds what is there. Earlier administrator tokens keep
 * working, and as only their hashes are stored, another one is issued unless `adminToken` names a value.
 */
export function seed(world: World, options: SeedOptions): Seed {
  const organization = [...world.model.organizations.values()][0] ?? addOrganization(world, options);
  const admin = [...world.model.users.values()][0] ?? addAdmin(world, organization, options);
  return {
    adminToken: adminTokenOf(world, admin, options),
    adminUserId: admin.id,
    organizationId: organization.id,
  };
}

function adminTokenOf(world: World, admin: User, { adminToken }: SeedOptions): string {
  if (adminToken !== undefined && world.model.tokens.has(sha256(adminToken))) return adminToken;
  const issued = issueToken(world, admin, {
    ...(adminToken === undefined ? {} : { value: adminToken }),
    description: 'administrator of the emulator',
    maxAgeSeconds: null,
    extendWhenUsed: false,
    ipAllowlist: null,
    scopes: null,
    createdManually: true,
    byPassword: false,
    seeded: true,
  });
  return issued.value;
}

export function addOrganization(
  world: World,
  { organizationId, organizationName, name }: SeedOptions & { readonly name?: string },
): Organization {
  const organization: Organization = {
    id: organizationId ?? newId('org'),
    name: name ?? organizationName ?? 'Emulated organization',
    accountId: newId('a'),
    createdMs: world.clock.now(),
    authentication: {
      mcp_enabled: true,
      oauth_enabled: true,
      password_auth_enabled: true,
      personal_tokens_enabled: true,
      personal_tokens_require_allowed_auth_method: false,
      saml_allow_external: false,
      saml_enabled: false,
      two_factor_required: false,
    },
    apiAllowlist: [],
    apiAllowlistEnabled: false,
  };
  world.model.organizations.set(organization.id, organization);
  return organization;
}

function addAdmin(world: World, { id }: Organization, options: SeedOptions): User {
  const { email = ADMIN_EMAIL, password = ADMIN_PASSWORD } = options;
  const admin = newHuman(world, { email, name: 'Emulator Admin', password });
  admin.memberships.push({ organizationId: id, isSuperAdmin: true, joinedMs: world.clock.now() });
  world.model.users.set(admin.id, admin);
  return admin;
}
