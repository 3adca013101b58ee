/** What a person should know about a set and what changes nothing: one sentence each. */
import { endSentence } from '../sentence.ts';
import { servesToken } from './guards.ts';
import { isLive, type TokenIndex } from './index.ts';
import type { Situation } from './situation.ts';
import { issuedMeanwhile } from './set.ts';
import type { PlanInput } from './types.ts';

/** A remark about one declaration. */
export interface Warning {
  readonly kind: 'compromised' | 'unread';
  readonly text: string;
}

/** What is remarkable about one declaration. */
export function warnAbout(situation: Situation): readonly Warning[] {
  return [...warnCompromised(situation), ...warnUnread(situation)];
}

/** In the order in which they matter: those about declarations, then those about the set. */
export function collectWarnings(
  input: PlanInput,
  index: TokenIndex,
  about: readonly Warning[],
): readonly string[] {
  const textsOf = (wanted: Warning['kind']): readonly string[] =>
    about.filter(({ kind }) => kind === wanted).map(({ text }) => text);
  return [
    ...textsOf('compromised'),
    ...textsOf('unread'),
    ...warnProvider(input),
    ...warnTwins(input),
    ...warnYoung(input, index),
    ...warnFormerOwners(input, index),
  ];
}

function warnCompromised({ declaration, ledger, live }: Situation): readonly Warning[] {
  if (!declaration.rotation.compromised || ledger || live.length === 0) return [];
  const text =
    `CompromisedNotJudged: "${declaration.name}" says compromised, but no receipt tells which token is` +
    ' served. Give compromised a new value after this apply, or revoke the token by id now.';
  return [{ kind: 'compromised', text }];
}

function warnUnread({ declaration, places, dropped }: Situation): readonly Warning[] {
  const later = [...places.slice(1), ...dropped];
  return later.flatMap(({ reading, reference }) => {
    if (reading.kind !== 'unknown') return [];
    const text =
      `"${declaration.name}": "${reference.key}" stays as it is, and so do replaced tokens, because` +
      ` ${endSentence(reading.why)}`;
    return [{ kind: 'unread' as const, text }];
  });
}

/** What the provider says of itself, and a user whose tokens all ended at once where that has one cause. */
function warnProvider(input: PlanInput): readonly string[] {
  const { set, capabilities } = input;
  const { users, tokens } = input.observation;
  if (users.kind === 'unknown') return [];
  const { massRevocation } = capabilities;
  const serving = set.declarations.filter((declaration) => servesToken(input, declaration));
  const served = new Set(serving.map(({ user }) => user));
  const emptied = users.users.filter(({ id, name }) => {
    const list = tokens.get(id);
    return massRevocation && served.has(name) && list?.kind === 'listed' && list.tokens.length === 0;
  });
  const told = emptied.map(({ name }) => `Every token of user "${name}" ended at once. ${massRevocation}`);
  return [...(users.notes ?? []), ...told];
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

function warnYoung(input: PlanInput, index: TokenIndex): readonly string[] {
  const isSure = input.observation.begunAt !== undefined;
  const why = isSure
    ? 'a token of it was issued while this run was under way: perhaps by one that knows a newer manifest'
    : 'the clocks of this machine disagree about how long this run has taken: another one may have issued' +
      ' its token meanwhile, from a newer manifest';
  return issuedMeanwhile(input, index).map(
    (name) => `"${name}" is not declared here, and ${why}. It is left alone; the next run looks again.`,
  );
}

function warnFormerOwners({ set, owner, observation }: PlanInput, { owned }: TokenIndex): readonly string[] {
  if (owner.former.size === 0) return [];
  const live = [...owned.values()].flat().filter(({ token }) => isLive(token, observation.now));
  const inUse = new Set(live.map(({ mark }) => mark.owner));
  for (const { identity } of set.declarations.flatMap(({ deliverTo }) => deliverTo)) {
    const reading = observation.readings.get(identity);
    if (reading?.kind === 'read' && reading.receipt.kind === 'receipt')
      inUse.add(reading.receipt.receipt.owner);
  }
  return [...owner.former]
    .filter(([hash]) => !inUse.has(hash))
    .map(([, words]) => `Nothing carries the mark of former owner ${words} any more: its entry can go.`);
}
