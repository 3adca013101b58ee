// Makes human users and checks their passwords. Which organizations they join is up to the caller.
import { hashPassword, newId, type User } from './model.ts';
import type { World } from './world.ts';

/** A human user in no organization, not stored yet. */
export function newHuman(
  world: World,
  {
    email,
    name,
    password,
  }: { readonly email: string; readonly name: string; readonly password: string | null },
): User {
  return {
    id: newId('u'),
    kind: 'human',
    email,
    createdMs: world.clock.now(),
    memberships: [],
    name,
    profile: {},
    password: password === null ? null : hashPassword(password),
    otp: null,
    state: 'active',
    tokenValidityBeginMs: null,
    deletedMs: null,
  };
}

/** Whether `candidate` is the user's password; application users have none. */
export function isPassword({ password }: User, candidate: string): boolean {
  return password !== null && hashPassword(candidate, password.salt)?.hash === password.hash;
}
