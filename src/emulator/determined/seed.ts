// What the emulator starts with: a fresh master's two users, and an access token of its administrator.
import { hashedForm, storePassword, type User } from './model.ts';
import { databaseStampUs } from './times.ts';
import { MOST_DAYS } from './toggles.ts';
import { issue } from './tokens.ts';
import type { World } from './world.ts';

export interface SeedOptions {
  readonly clusterId?: string;
  /** Of both users; the empty one makes det warn at each login. */
  readonly password?: string;
}

export interface Seed {
  readonly adminToken: string;
  readonly adminTokenId: number;
  readonly adminUserId: number;
  readonly clusterId: string;
}

const ADMIN_NAME = 'admin';
export const ADMIN_PASSWORD = 'Emulator-admin-1';

const DAY_NS = 86_400_000_000_000n;

/**
 * Fills an empty world; in one of a state file finds what is there. As no value is stored, each start issues
 * another token to the administrator; it lives as if it was issued while the maximum was -1, so that the
 * clock can be moved without losing it.
 */
export function seed(world: World, { password = ADMIN_PASSWORD }: SeedOptions): Seed {
  if (world.model.users.size === 0) {
    addUser(world, { username: ADMIN_NAME, admin: true, password });
    addUser(world, { username: 'determined', admin: false, password });
  }
  const admin = [...world.model.users.values()].find(({ id }) => id === 1) as User;
  // Whoever issued that token had logged in, so ids do not start with it.
  const session = { type: 'USER_SESSION', lifespanNs: 7n * DAY_NS, description: null } as const;
  issue(world, admin, session);
  const { value, row } = issue(world, admin, {
    type: 'ACCESS_TOKEN',
    lifespanNs: BigInt(MOST_DAYS) * DAY_NS,
    description: 'administrator of the emulator',
    seeded: true,
  });
  const { clusterId } = world.model;
  return { adminToken: value, adminTokenId: row.id, adminUserId: admin.id, clusterId };
}

/** Adds an active user. */
export function addUser(
  world: World,
  {
    username,
    admin,
    password,
  }: { readonly username: string; readonly admin: boolean; readonly password: string },
): User {
  const id = world.model.nextUserId;
  world.model.nextUserId += 1;
  const user: User = {
    id,
    username,
    displayName: '',
    admin,
    active: true,
    remote: false,
    agentUserGroup: null,
    roles: admin ? ['ClusterAdmin'] : [],
    password: storePassword(hashedForm(password)),
    modifiedUs: databaseStampUs(world, id),
    lastAuthUs: null,
  };
  world.model.users.set(id, user);
  return user;
}
