/**
 * What concerns the whole set rather than one declaration: its application users, and tokens it no longer
 * declares.
 */
import type { ApplicationUser, TokenSet } from '../manifest/types.ts';
import { describeUse } from '../use.ts';
import { digestFor } from './digest.ts';
import type { TokenRecord } from '../observation.ts';
import { isLive, type Owned, type TokenIndex } from './index.ts';
import { say } from './say.ts';
import type { Change, PlanInput } from './types.ts';

/** Users to create for what is about to be issued, and users to remove. */
export function planUsers(
  input: PlanInput,
  index: TokenIndex,
  changes: readonly Change[],
): readonly Change[] {
  const { observation, set, requests } = input;
  if (observation.users.kind === 'unknown' || set.suspend) return [];
  const isEnding = ({ state }: ApplicationUser): boolean => state === 'Absent' || requests.destroy;
  const missing = set.users.filter((user) => !isEnding(user) && user.create && !index.users.has(user.name));
  const needed = missing.length === 0 ? missing : whichAreNeeded(input, missing, changes);
  // Where the end of a declaration awaits an approval and a token is issued for it, its user stays for now.
  const issuing = usersOfIssues(input, changes);
  const leaving = requests.only
    ? []
    : set.users.filter(({ name, state }) => state === 'Absent' && !issuing.has(name));
  return [
    ...needed.map((user) => createUser(set, user)),
    ...leaving.flatMap((user) => removeUser(input, user, index)),
  ];
}

function createUser(set: TokenSet, { name, position: { file, line } }: ApplicationUser): Change {
  const message = `application user new in ${file}:${line}`;
  const base = say(name, { reason: 'Missing', message }, 'config');
  return { ...base, kind: 'createUser', digest: digestFor(set, 'createUser', name) };
}

function removeUser(
  { set, capabilities }: PlanInput,
  { name }: ApplicationUser,
  index: TokenIndex,
): Change | readonly [] {
  const record = index.users.get(name);
  if (!record) return [];
  const why = 'the application user has state: Absent';
  const message = capabilities.removesUsers ? why : `${why}; it becomes inactive, as users cannot be deleted`;
  const base = say(name, { reason: 'Absent', message }, 'config');
  return { ...base, kind: 'removeUser', userId: record.id, digest: digestFor(set, 'removeUser', name) };
}

/** A user without tokens is created as declared; one with tokens when the first of them is issued. */
function whichAreNeeded(
  { set, requests }: PlanInput,
  users: readonly ApplicationUser[],
  changes: readonly Change[],
): readonly ApplicationUser[] {
  const declarations = set.declarations.filter(({ personal }) => !personal);
  const withTokens = new Set(declarations.map(({ user }) => user));
  const withIssues = usersOfIssues({ set }, changes);
  return users.filter(
    ({ name }) => withIssues.has(name) || (!withTokens.has(name) && requests.only === undefined),
  );
}

/** Application users for whom a token is issued. */
function usersOfIssues({ set }: Pick<PlanInput, 'set'>, changes: readonly Change[]): ReadonlySet<string> {
  const isIssue = ({ kind }: Change): boolean => kind === 'create' || kind === 'rotate';
  const issuing = new Set(changes.filter(isIssue).map(({ subject }) => subject));
  const declarations = set.declarations.filter(({ name, personal }) => !personal && issuing.has(name));
  return new Set(declarations.map(({ user }) => user));
}

/** The manifest no longer says where its value lies. */
const left = 'its value stays where it was delivered; state: Absent would take it away first';

/** Owned tokens whose declaration left the manifest. Nothing that a receipt or a destination still names. */
export function planRemoved(input: PlanInput, index: TokenIndex): readonly Change[] {
  const { set, observation, requests } = input;
  if (requests.only || set.suspend || hasUnread(input, index)) return [];
  const changes: Change[] = [];
  for (const [name, tokens] of index.owned) {
    if (index.names.has(name) || isTakenOver(input, name)) continue;
    for (const { token, mark, userId } of tokens.filter((entry) => isLeftOver(input, index, entry))) {
      if (isYoung(input, token)) continue;
      const where = `removed from ${set.position.file}`;
      const message = [where, describeUse(token, observation.now, input.capabilities)]
        .filter(Boolean)
        .join('; ');
      const base = say(name, { reason: 'Removed', message }, 'config');
      const digest = digestFor(set, 'revoke', 'Removed', name);
      changes.push({
        ...base,
        notes: [left],
        kind: 'revoke',
        tokenId: token.id,
        userId,
        generation: mark.generation,
        digest,
      });
    }
  }
  return changes;
}

/** Declarations of which another run issued a token while this one was under way, or may have. */
export function issuedMeanwhile(input: PlanInput, index: TokenIndex): readonly string[] {
  return [...index.owned]
    .filter(([name]) => !index.names.has(name) && !isTakenOver(input, name))
    .filter(([, tokens]) => tokens.some((one) => isLeftOver(input, index, one) && isYoung(input, one.token)))
    .map(([name]) => name);
}

/** A provider may cut the times that it tells to whole seconds, and two local clocks need not quite agree. */
const unsureMs = 2_000;

/** Another run may have made it: from a newer manifest, perhaps, in which it is declared. */
function isYoung({ observation }: PlanInput, { createdAt }: TokenRecord): boolean {
  return observation.begunAt === undefined || createdAt > observation.begunAt - unsureMs;
}

/** A former owner's tokens are only ever superseded through a receipt that we hold. */
function isLeftOver({ owner, observation }: PlanInput, index: TokenIndex, { token, mark }: Owned): boolean {
  return mark.owner === owner.hash && isLive(token, observation.now) && !isNamed(index, token.id);
}

function isTakenOver({ owner, neighbours }: PlanInput, name: string): boolean {
  return neighbours.some(
    (neighbour) => neighbour.declarations.has(name) && neighbour.owner.former.has(owner.hash),
  );
}

/**
 * Whether a destination cannot be read now: it may serve a token that its declaration does not own by name,
 * as one of a renamed declaration or of one that gave it away.
 */
export function hasUnread({ set, owner, neighbours }: PlanInput, { unread }: TokenIndex): boolean {
  if (unread.size === 0) return false;
  const isUnread = (identity: string) => unread.has(identity);
  const heirs = neighbours.filter((neighbour) => neighbour.owner.former.has(owner.hash));
  return (
    set.declarations.some(({ deliverTo }) => deliverTo.some(({ identity }) => isUnread(identity))) ||
    heirs.some(({ destinations }) => [...destinations].some(isUnread))
  );
}

function isNamed({ protectedIds, previousIds }: TokenIndex, id: string): boolean {
  return protectedIds.has(id) || previousIds.has(id);
}
