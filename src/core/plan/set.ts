/**
 * What concerns the whole set rather than one declaration: its application users, and tokens it no longer
 * declares.
 */
import { describeUse } from '../use.ts';
import { digestOf } from './digest.ts';
import { isLive, type TokenIndex } from './index.ts';
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
  const needed = findNeeded(input, changes);
  return set.users.flatMap((user): readonly Change[] => {
    const record = index.users.get(user.name);
    if (user.state === 'Absent' || requests.destroy) {
      if (!record || user.state !== 'Absent' || requests.only) return [];
      const digest = digestOf('removeUser', user.name);
      const base = say(
        user.name,
        { reason: 'Absent', message: 'the application user has state: Absent' },
        'config',
      );
      return [{ ...base, kind: 'removeUser', userId: record.id, digest }];
    }
    if (record || !user.create || !needed.has(user.name)) return [];
    const digest = digestOf('createUser', user.name);
    const { file, line } = user.position;
    const base = say(
      user.name,
      { reason: 'Missing', message: `application user new in ${file}:${line}` },
      'config',
    );
    return [{ ...base, kind: 'createUser', digest }];
  });
}

/** A user without tokens is created as declared; one with tokens when the first of them is issued. */
function findNeeded({ set, requests }: PlanInput, changes: readonly Change[]): ReadonlySet<string> {
  const isIssue = ({ kind }: Change): boolean => kind === 'create' || kind === 'rotate';
  const issuing = new Set(changes.filter(isIssue).map(({ subject }) => subject));
  const declarations = set.declarations.filter(({ personal }) => !personal);
  const withTokens = new Set(declarations.map(({ user }) => user));
  const bare = requests.only ? [] : set.users.filter(({ name }) => !withTokens.has(name));
  const issued = declarations.filter(({ name }) => issuing.has(name));
  return new Set([...bare.map(({ name }) => name), ...issued.map(({ user }) => user)]);
}

/** The manifest no longer says where its value lies. */
const left = 'its value stays where it was delivered; state: Absent would take it away first';

/** Owned tokens whose declaration left the manifest. Nothing that a receipt or a destination still names. */
export function planRemoved(input: PlanInput, index: TokenIndex): readonly Change[] {
  const { set, owner, observation, requests } = input;
  if (requests.only || set.suspend) return [];
  const names = new Set(set.declarations.map(({ name }) => name));
  const changes: Change[] = [];
  for (const [name, tokens] of index.owned) {
    if (names.has(name) || isTakenOver(input, name)) continue;
    for (const { token, mark, userId } of tokens) {
      // A former owner's tokens are only ever superseded through a receipt that we hold.
      if (mark.owner !== owner.hash || !isLive(token, observation.now) || index.namedIds.has(token.id))
        continue;
      const where = `removed from ${set.position.file}`;
      const message = [where, describeUse(token, observation.now)].filter(Boolean).join('; ');
      const base = say(name, { reason: 'Removed', message }, 'config');
      const digest = digestOf('revoke', 'Removed', name);
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

function isTakenOver({ owner, neighbours }: PlanInput, name: string): boolean {
  return neighbours.some(
    (neighbour) => neighbour.declarations.has(name) && neighbour.owner.former.has(owner.hash),
  );
}
