/** What concerns the whole set rather than one declaration: its application users, and tokens it no longer declares. */
import { digestOf } from './digest.ts';
import { isLive, type TokenIndex } from './index.ts';
import { say } from './changes.ts';
import { describeUse } from './leftovers.ts';
import type { Change, PlanInput } from './types.ts';

/** Users to create for what is about to be issued, and users to remove. */
export function planUsers(
  input: PlanInput,
  index: TokenIndex,
  changes: readonly Change[],
): readonly Change[] {
  const { observation, set, requests } = input;
  if (observation.users.kind === 'unknown' || set.suspend) return [];
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
    if (record || !user.create || !isNeeded(input, user.name, changes)) return [];
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
function isNeeded({ set, requests }: PlanInput, user: string, changes: readonly Change[]): boolean {
  const names = set.declarations.filter((declaration) => declaration.user === user && !declaration.personal);
  if (names.length === 0) return requests.only === undefined;
  const issuing = changes.filter(({ kind }) => kind === 'create' || kind === 'rotate');
  return names.some(({ name }) => issuing.some(({ subject }) => subject === name));
}

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
