/**
 * Makes up what cannot be read, so that a plan can be shown where receipts are out of reach: a pull request
 * has no right to read them. Marks tell which tokens there are, the manifest before the change tells where
 * they were delivered and which requests were handled. What is made up is for reading: `engine/reconcile.ts`
 * refuses to carry out a plan made from it.
 */
import { formatDescription, parseDescription } from '../mark.ts';
import type { Declaration, DestinationReference, TokenSet } from '../manifest/types.ts';
import type { Observation, Reading, TokenRecord, Tokens } from '../observation.ts';
import type { Receipt } from '../receipt.ts';
import { namesTarget } from '../targets.ts';
import { ownersOf, termsOf } from '../terms.ts';
import { indexTokens, isLive, isOurs, type Owned, type TokenIndex } from './index.ts';
import type { PlanInput } from './types.ts';

/** How to plan a set whose receipts are out of reach. */
export interface Assumption {
  /**
   * Whose marks count, by the names of the set: those of its own owner, or every owner's where whoever
   * applies it has an identity that is not known here.
   */
  readonly marks: 'own' | 'every';
  /** The set before the change that is looked at; undefined: there was none, or nobody knows. */
  readonly before: TokenSet | undefined;
  /** Kinds of destination whose value whoever applies can read back. */
  readonly readable: ReadonlySet<string>;
}

/** The same input with a made-up receipt at every destination that could not be read. */
export function assume(input: PlanInput, assumption: Assumption): PlanInput {
  const { set } = input;
  const { before } = assumption;
  const names = new Set([...set.declarations, ...(before?.declarations ?? [])].map(({ name }) => name));
  const adopted = adopt(input, names, assumption.marks);
  const observation = { ...input.observation, tokens: adopted.tokens };
  const index = indexTokens(set, observation, input.owner);
  const world: World = { input: { ...input, observation }, index, assumption };
  const readings = new Map(observation.readings);
  const dropped = new Map(observation.dropped);
  for (const declaration of set.declarations) {
    const { deliverTo, name } = declaration;
    for (const reference of deliverTo) fill(world, readings, { declaration, reference });
    const gone = findDropped(declaration, before);
    // As when receipts are read: only one that is there tells of places that left the manifest.
    if (gone.length === 0 || !deliverTo.some(({ identity }) => hasReceipt(readings.get(identity)))) continue;
    for (const reference of gone) fill(world, readings, { declaration, reference });
    dropped.set(name, gone);
  }
  const owners = adopted.owners.size;
  const assumed = { owners, warnings: owners > 1 ? [severalOwners(owners)] : [] };
  return { ...input, observation: { ...observation, readings, dropped }, assumed };
}

interface World {
  readonly input: PlanInput;
  readonly index: TokenIndex;
  readonly assumption: Assumption;
}

/** Lets the marks that count be ours. Which owner serves a name cannot be told from outside. */
function adopt(
  { observation, owner }: PlanInput,
  names: ReadonlySet<string>,
  whose: Assumption['marks'],
): { readonly tokens: Observation['tokens']; readonly owners: ReadonlySet<string> } {
  const owners = new Set<string>();
  const adoptOne = (token: TokenRecord): TokenRecord => {
    const reading = parseDescription(token.description);
    if (reading.kind !== 'mark' || !names.has(reading.mark.declaration)) return token;
    const { mark, human } = reading;
    if (whose === 'own' && !isOurs(owner, mark.owner)) return token;
    owners.add(mark.owner);
    if (isOurs(owner, mark.owner)) return token;
    return { ...token, description: formatDescription(human, { ...mark, owner: owner.hash }) };
  };
  const tokens = [...observation.tokens].map(([userId, list]): [string, Tokens] => [
    userId,
    list.kind === 'listed' ? { ...list, tokens: list.tokens.map(adoptOne) } : list,
  ]);
  return { tokens: new Map(tokens), owners };
}

function fill(
  world: World,
  readings: Map<string, Reading>,
  at: { readonly declaration: Declaration; readonly reference: DestinationReference },
): void {
  const { identity, kind } = at.reference;
  if (readings.get(identity)?.kind === 'read') return;
  const receipt = makeUpReceipt(world, at);
  const { current } = receipt ?? {};
  const isReadable = world.assumption.readable.has(kind);
  readings.set(identity, {
    kind: 'read',
    version: '',
    receipt: receipt ? { kind: 'receipt', receipt } : { kind: 'none' },
    value: !current
      ? { kind: 'absent' }
      : isReadable
        ? { kind: 'held', tokenId: current.id }
        : { kind: 'opaque', changed: false },
  });
}

/** What the place would say if the manifest before the change had been applied to the newest marked token. */
function makeUpReceipt(
  world: World,
  { declaration, reference }: { readonly declaration: Declaration; readonly reference: DestinationReference },
): Receipt | undefined {
  const { index, input, assumption } = world;
  const old = findHolder(assumption.before, declaration, reference);
  if (!old) return undefined;
  const owned = index.owned.get(old.name) ?? [];
  // A mark may tell better than a manifest that nobody approved where its token went; that other readers are
  // declared by now says nothing of it.
  const isThere = ({ mark: { targets } }: Owned): boolean =>
    targets === undefined ||
    reference.readers !== undefined ||
    namesTarget(targets, reference, { among: old.deliverTo });
  const newest = owned.findLast(isThere);
  if (!newest) return undefined;
  const { token, mark } = newest;
  const { users, me } = input.observation;
  const usersAt = users.kind === 'listed' ? users.at : '';
  const at = old.personal && me && !('kind' in me) ? me.at : usersAt;
  const { trigger, compromised } = old.rotation;
  const owners = ownersOf(assumption.before ?? { formerOwners: [] });
  // With the manifest before it was applied, whoever owned it then has given it to us.
  const takenOver = mark.owner === input.owner.hash || owners.includes(mark.owner);
  return {
    v: 1,
    owner: takenOver ? input.owner.hash : mark.owner,
    token: old.name,
    at,
    current: {
      id: token.id,
      generation: mark.generation,
      spec: mark.specHash,
      issuedAt: token.createdAt,
      deliveredAt: token.createdAt,
      updatedAt: null,
    },
    pending: null,
    previous: makeUpPrevious(owned, newest, { overlapMs: old.rotation.overlapMs, input }),
    handled: { trigger: trigger ? [trigger] : [], compromised: compromised ? [compromised] : [] },
    destinations: old.deliverTo.map(({ key }) => key),
    terms: { ...termsOf(assumption.before ?? input.set, old), owners: [...owners] },
  };
}

function makeUpPrevious(
  owned: readonly Owned[],
  newest: Owned,
  { overlapMs, input }: { readonly overlapMs: number; readonly input: PlanInput },
): Receipt['previous'] {
  const { now } = input.observation;
  return owned
    .filter((entry) => entry !== newest && isLive(entry.token, now))
    .map(({ token, mark }) => {
      const revokeNotBefore = newest.token.createdAt + overlapMs;
      return { id: token.id, generation: mark.generation, revokeNotBefore, overlap: overlapMs };
    });
}

/** Which declaration was delivered there before; of one that is not known it is taken as it is now. */
function findHolder(
  before: TokenSet | undefined,
  declaration: Declaration,
  { identity }: DestinationReference,
): Declaration | undefined {
  const holder = before?.declarations.find(
    ({ deliverTo, state }) => state !== 'Moved' && deliverTo.some((other) => other.identity === identity),
  );
  if (holder) return holder;
  const isKnown = before?.declarations.some(({ name }) => name === declaration.name) === true;
  return isKnown ? undefined : declaration;
}

/** Places where the declaration was delivered before and no longer is. */
function findDropped(
  { name, deliverTo }: Declaration,
  before: TokenSet | undefined,
): readonly DestinationReference[] {
  const old = before?.declarations.find((declaration) => declaration.name === name);
  const kept = new Set(deliverTo.map(({ key }) => key));
  return old?.deliverTo.filter(({ key }) => !kept.has(key)) ?? [];
}

function hasReceipt(reading: Reading | undefined): boolean {
  return reading?.kind === 'read' && reading.receipt.kind === 'receipt';
}

function severalOwners(owners: number): string {
  return (
    `${owners} owners have tokens under the names of this set, and without receipts nobody can tell which` +
    ' one serves it: the newest token of each name is taken for the one in use.'
  );
}
