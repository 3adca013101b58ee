/** Destinations and descriptions, each judged on its own (DESIGN 4.2): deliver, withdraw, update. */
import { parseDescription } from '../mark.ts';
import type { TokenRecord } from '../observation.ts';
import { isOurs } from './index.ts';
import { isNewTarget } from './known.ts';
import { isPresent, serves, supplies } from './reasons/damaged.ts';
import { isOthers, isUnderstood, type Place, type Situation } from './situation.ts';
import type { Cause } from './types.ts';

export interface Delivery {
  readonly from: Place;
  readonly to: Place;
  readonly cause: Cause;
  readonly message: string;
}

/** Destinations other than the first that lack the current token while another one can be read for it. */
export function judgeDeliveries(situation: Situation): readonly Delivery[] {
  const { ledger, places } = situation;
  // A token that is gone is nothing to deliver: what the others hold may still be alive.
  if (!isPresent(situation)) return [];
  const id = ledger?.current?.id;
  const from = places.find((place) => id !== undefined && supplies(place, id));
  if (!ledger || id === undefined || !from) return [];
  return places
    .slice(1)
    .filter((place) => place.reading.kind === 'read' && !serves(place, id))
    .map((to) => {
      const isNew = isNewTarget(situation, to);
      const message = `"${to.reference.key}" ${isNew ? 'is new in the manifest' : 'lacks the current token'}`;
      return { from, to, cause: isNew ? 'config' : 'drift', message };
    });
}

export interface Withdrawal {
  readonly from: Place;
  readonly receiptIsOurs: boolean;
  readonly valueIsOurs: boolean;
}

/** Destinations that the receipts name and the manifest does not; those that cannot be read must wait. */
export function judgeWithdrawals(situation: Situation): readonly Withdrawal[] {
  return situation.dropped
    .filter((place) => isUnderstood(place) && !isAwaited(situation, place))
    .map((from) => ({
      from,
      receiptIsOurs: from.receipt !== undefined,
      valueIsOurs: isValueOurs(situation, from),
    }));
}

/** Whether the place was given away and the heir has not taken it over yet: until then our token is there. */
function isAwaited({ declaration, input }: Situation, { reading, yielded }: Place): boolean {
  if (!yielded || reading.kind !== 'read' || reading.receipt.kind !== 'receipt') return false;
  const { owner, token } = reading.receipt.receipt;
  return token === declaration.name && isOurs(input.owner, owner);
}

/** Destinations, declared or dropped, that hold anything of a declaration that ends. */
export function judgeEnd(situation: Situation): readonly Withdrawal[] {
  // The ledger last: as long as it is there, what is left to take away is remembered.
  return [...situation.dropped, ...situation.places.toReversed()]
    .map((from) => {
      const isLeft = isLeftBehind(situation, from);
      const receiptIsOurs = from.receipt !== undefined || isLeft;
      const valueIsOurs = isLeft ? !isByHand(from) : isValueOurs(situation, from);
      return { from, receiptIsOurs, valueIsOurs };
    })
    .filter(
      ({ from, receiptIsOurs, valueIsOurs }) =>
        from.reading.kind === 'read' && (receiptIsOurs || valueIsOurs),
    );
}

/**
 * Whether another declaration of this set left its token at a place that it gave to this one: it does not
 * remember the place, so nobody else would ever take the token away.
 */
function isLeftBehind({ input, index, declaration }: Situation, { reading, reference }: Place): boolean {
  if (reading.kind !== 'read' || reading.receipt.kind !== 'receipt') return false;
  const { owner, token } = reading.receipt.receipt;
  const isDeclaredHere = declaration.deliverTo.some(({ identity }) => identity === reference.identity);
  return isDeclaredHere && isOurs(input.owner, owner) && index.names.has(token) && token !== declaration.name;
}

/** Whether a person wrote what lies there. */
function isByHand({ reading }: Place): boolean {
  if (reading.kind !== 'read') return false;
  const { value } = reading;
  return value.kind === 'foreign' || (value.kind === 'opaque' && value.changed);
}

export interface Ended {
  readonly token: TokenRecord;
  readonly generation: number;
  readonly userId: string;
}

/**
 * Every live token of a declaration that ends. One that a destination of another declaration names or holds
 * is left to that one.
 */
export function judgeEnded({ live, places, dropped, index }: Situation): readonly Ended[] {
  const marked = live.map((entry) => ({ ...entry, generation: entry.mark.generation }));
  const own = [...places, ...dropped].filter(({ yielded }) => !yielded);
  const identities = new Set(own.map(({ reference }) => reference.identity));
  return marked.filter(({ token }) => index.namedAt(token.id).every((identity) => identities.has(identity)));
}

/**
 * Whether what lies at the place is a token of this declaration, of a former name of it too, and so ours to
 * take away.
 */
function isValueOurs(situation: Situation, { reading, receipt, yielded }: Place): boolean {
  if (reading.kind !== 'read' || yielded) return false;
  const { value } = reading;
  if (value.kind === 'opaque') return receipt !== undefined && !value.changed;
  if (value.kind !== 'held') return false;
  const { tokenId } = value;
  const named = [
    receipt?.current?.id,
    receipt?.pending?.id,
    ...(receipt?.previous ?? []).map(({ id }) => id),
  ];
  if (named.includes(tokenId)) return true;
  return situation.index.byId.get(tokenId)?.owned === true && !isOthers(situation, tokenId);
}

/** The description to write, when it differs and the provider can change it. */
export function judgeDescription(
  situation: Situation,
): { tokenId: string; human: string; old: string } | undefined {
  const { currentToken, declaration, input } = situation;
  const { updateDescription } = input.capabilities;
  if (!currentToken) return undefined;
  if (!(declaration.personal ? updateDescription.personal : updateDescription.application)) return undefined;
  const reading = parseDescription(currentToken.description);
  if (reading.kind !== 'mark' || reading.human === declaration.description) return undefined;
  if (!isOurs(input.owner, reading.mark.owner)) return undefined;
  return { tokenId: currentToken.id, human: declaration.description, old: reading.human };
}
