/** What a person should know about a set and what changes nothing: one sentence each. */
import { endSentence } from '../sentence.ts';
import { isLive, type TokenIndex } from './index.ts';
import type { Situation } from './situation.ts';
import type { PlanInput } from './types.ts';

/** In the order in which they matter. */
export function collectWarnings(
  input: PlanInput,
  index: TokenIndex,
  situations: readonly Situation[],
): readonly string[] {
  return [
    ...situations.flatMap(warnCompromised),
    ...situations.flatMap(warnUnread),
    ...warnTwins(input),
    ...warnFormerOwners(input, index, situations),
  ];
}

function warnCompromised({ declaration, ledger, live }: Situation): readonly string[] {
  if (!declaration.rotation.compromised || ledger || live.length === 0) return [];
  return [
    `CompromisedNotJudged: "${declaration.name}" says compromised, but no receipt tells which token is` +
      ' served. Give compromised a new value after this apply, or revoke the token by id now.',
  ];
}

function warnUnread({ declaration, places, dropped }: Situation): readonly string[] {
  const later = [...places.slice(1), ...dropped];
  return later.flatMap(({ reading, reference }) =>
    reading.kind === 'unknown'
      ? [
          `"${declaration.name}": "${reference.key}" stays as it is, and so do replaced tokens, because` +
            ` ${endSentence(reading.why)}`,
        ]
      : [],
  );
}

function warnTwins({ observation, set }: PlanInput): readonly string[] {
  const { users } = observation;
  if (users.kind === 'unknown') return [];
  const counts = new Map<string, number>();
  for (const { name } of users.users) counts.set(name, 1 + (counts.get(name) ?? 0));
  return set.users
    .filter(({ name }) => (counts.get(name) ?? 0) > 1)
    .map(
      ({ name }) => `There are ${counts.get(name)} application users named "${name}"; the oldest is used.`,
    );
}

function warnFormerOwners(
  { owner, observation }: PlanInput,
  { owned }: TokenIndex,
  situations: readonly Situation[],
): readonly string[] {
  if (owner.former.size === 0) return [];
  const live = [...owned.values()].flat().filter(({ token }) => isLive(token, observation.now));
  const inUse = new Set(live.map(({ mark }) => mark.owner));
  for (const { places } of situations) {
    for (const { receipt } of places) if (receipt) inUse.add(receipt.owner);
  }
  return [...owner.former]
    .filter(([hash]) => !inUse.has(hash))
    .map(([, words]) => `Nothing carries the mark of former owner ${words} any more: its entry can go.`);
}
