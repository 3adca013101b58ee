/**
 * What a receipt becomes, step by step of the protocol: pure functions from the receipt that is there to the
 * one that is written. Who may write it, and when, is the engine's business.
 */
import type { Declaration } from './manifest/types.ts';
import type { Superseded } from './plan/types.ts';
import type { Previous, Receipt } from './receipt.ts';
import type { Terms } from './terms.ts';

/** What every receipt of a declaration says besides its tokens. */
export interface ReceiptContext {
  readonly declaration: Declaration;
  readonly owner: string;
  readonly at: string;
}

/** How many handled values of each kind a receipt keeps, so that replaying an old manifest does nothing. */
const handledKept = 10;

/** Records that an attempt begins. */
export function withPending(
  receipt: Receipt | undefined,
  context: ReceiptContext,
  attempt: { readonly generation: number; readonly nonce: string; readonly since: number },
): Receipt {
  return { ...base(receipt, context), pending: { id: null, ...attempt } };
}

/**
 * The commit: the new token is current, what it supersedes waits in `previous`, and the words are handled.
 */
export function withCurrent(
  receipt: Receipt | undefined,
  context: ReceiptContext,
  issued: {
    readonly id: string;
    readonly generation: number;
    readonly spec: string;
    /** As its mark names them. */
    readonly targets?: string | undefined;
    readonly issuedAt: number;
    readonly now: number;
    readonly supersedes: readonly Superseded[];
    /** The word `compromised` awaits an approval and is not handled by this. */
    readonly compromiseWaits?: boolean;
    /** Undefined: those of the receipt stay. */
    readonly terms?: Terms | undefined;
  },
): Receipt {
  const { id, generation, spec, targets, issuedAt, now, supersedes, compromiseWaits = false } = issued;
  const told = targets === undefined ? {} : { targets };
  const begun = withTerms(base(receipt, context), issued.terms);
  const next = withPrevious(begun, supersedes, now);
  return {
    ...next,
    current: { id, generation, spec, issuedAt, deliveredAt: now, updatedAt: null, ...told },
    pending: null,
    previous: next.previous.filter((entry) => entry.id !== id),
    handled: handle(next.handled, context.declaration, compromiseWaits),
  };
}

/** The terms that were approved last. */
export function withTerms(receipt: Receipt, terms: Terms | undefined): Receipt {
  return terms ? { ...receipt, terms: { ...terms, owners: [...terms.owners] } } : receipt;
}

/** Puts tokens into `previous`, each to be revoked no earlier than its overlap from now. */
export function withPrevious(receipt: Receipt, supersedes: readonly Superseded[], now: number): Receipt {
  const added = supersedes.map(
    ({ id, generation, overlapMs, compromised }): Previous => ({
      id,
      generation,
      revokeNotBefore: now + overlapMs,
      overlap: overlapMs,
      ...(compromised ? { compromised } : {}),
    }),
  );
  // What waits already keeps its date, unless it turned out to be compromised.
  const kept = receipt.previous.filter(
    (entry) => !added.some(({ id, compromised }) => id === entry.id && compromised),
  );
  const fresh = added.filter(({ id }) => !kept.some((entry) => entry.id === id));
  return { ...receipt, previous: [...kept, ...fresh] };
}

/**
 * A receipt without a token: every owned token waits in `previous`, and no frozen writer can commit any more.
 */
export function fenceReceipt(
  context: ReceiptContext,
  supersedes: readonly Superseded[],
  now: number,
): Receipt {
  return withPrevious(base(undefined, context), supersedes, now);
}

/** The ledger as another destination keeps it once it has the value. */
export function withDelivery(ledger: Receipt, now: number): Receipt {
  const { current } = ledger;
  return { ...ledger, current: current && { ...current, deliveredAt: now, updatedAt: null }, pending: null };
}

/** Without ids that are revoked or gone. */
export function withoutPrevious(receipt: Receipt, ids: readonly string[]): Receipt {
  return { ...receipt, previous: receipt.previous.filter(({ id }) => !ids.includes(id)) };
}

/**
 * What the other receipts of a declaration remember and this one does not, because its destination was
 * deleted or restored: tokens that wait for revocation, handled words, dropped destinations.
 */
export function withMemoryOf(receipt: Receipt, others: readonly Receipt[]): Receipt {
  const previous = new Map(receipt.previous.map((entry) => [entry.id, entry]));
  for (const entry of others.flatMap((other) => other.previous)) {
    const known = previous.get(entry.id);
    if (entry.id !== receipt.current?.id && (!known || (entry.compromised && !known.compromised)))
      previous.set(entry.id, entry);
  }
  const recall = (kind: 'trigger' | 'compromised'): string[] => {
    const words = others
      .flatMap(({ handled }) => handled[kind])
      .filter((word) => !receipt.handled[kind].includes(word));
    return [...new Set([...words, ...receipt.handled[kind]])].slice(-handledKept);
  };
  return {
    ...receipt,
    previous: [...previous.values()],
    handled: { trigger: recall('trigger'), compromised: recall('compromised') },
    destinations: [
      ...new Set([...receipt.destinations, ...others.flatMap(({ destinations }) => destinations)]),
    ],
  };
}

/** Names a destination before anything is written there, so that no value is ever at a place nobody knows. */
export function withDestination(receipt: Receipt, key: string): Receipt {
  return receipt.destinations.includes(key)
    ? receipt
    : { ...receipt, destinations: [...receipt.destinations, key] };
}

export function withoutDestination(receipt: Receipt, key: string): Receipt {
  return { ...receipt, destinations: receipt.destinations.filter((known) => known !== key) };
}

function base(receipt: Receipt | undefined, { declaration, owner, at }: ReceiptContext): Receipt {
  const declared = declaration.deliverTo.map(({ key }) => key);
  // Dropped destinations stay listed until their value has been taken away.
  const dropped = receipt?.destinations.filter((key) => !declared.includes(key)) ?? [];
  return {
    v: 1,
    owner,
    token: declaration.name,
    at,
    current: receipt?.current ?? null,
    pending: null,
    previous: receipt?.previous ?? [],
    handled: receipt?.handled ?? { trigger: [], compromised: [] },
    destinations: [...declared, ...dropped],
    ...(receipt?.terms ? { terms: receipt.terms } : {}),
  };
}

function handle(
  { trigger, compromised }: Receipt['handled'],
  { rotation }: Declaration,
  compromiseWaits: boolean,
): Receipt['handled'] {
  return {
    trigger: add(trigger, rotation.trigger),
    compromised: compromiseWaits ? compromised : add(compromised, rotation.compromised),
  };
}

function add(words: readonly string[], word: string | undefined): string[] {
  const rest = words.filter((known) => known !== word);
  return word ? [...rest, word].slice(-handledKept) : [...words];
}
