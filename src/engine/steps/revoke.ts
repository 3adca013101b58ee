/**
 * Step 7: revoking. Before each one every destination of the declaration is read again, and nothing is
 * revoked that a receipt names as current or pending or whose value lies there. Afterwards one list per user
 * confirms, and only what is confirmed leaves the receipts.
 */
import pLimit from 'p-limit';
import { DeliveryError, ProviderError } from '../../core/errors.ts';
import type { DestinationReference, TokenSet } from '../../core/manifest/types.ts';
import { parseDescription } from '../../core/mark.ts';
import type { UserRecord } from '../../core/observation.ts';
import { compromisedPatienceMs } from '../../core/plan/leftovers.ts';
import type { Change } from '../../core/plan/types.ts';
import type { Receipt, ReceiptReading } from '../../core/receipt.ts';
import { withoutPrevious } from '../../core/receipt-changes.ts';
import { readAgain, type Work, write } from '../work.ts';

type RevokeChange = Change & { readonly kind: 'revoke' };

/**
 * Revokes one token.
 *
 * @throws DeliveryError when a destination turns out to hold it, or cannot be read.
 */
export async function revoke(work: Work, change: RevokeChange): Promise<void> {
  const user = userById(work, change.userId);
  if (change.reason === 'Removed') await refuseIfNamed(work, change);
  for (const reference of destinationsOf(work, change.subject)) {
    await refuseIfServed(work, reference, change);
  }
  await work.entry.provider.revoke(user, change.tokenId, work.run.signal);
}

/**
 * Lists the tokens of every user that lost some, once each.
 *
 * @returns the changes whose token is certainly gone.
 */
export async function confirmRevoked(
  work: Work,
  revoked: readonly RevokeChange[],
): Promise<ReadonlySet<RevokeChange>> {
  const gone = new Set<RevokeChange>();
  for (const userId of new Set(revoked.map((change) => change.userId))) {
    try {
      const tokens = await work.entry.provider.listTokens(userById(work, userId), work.run.signal);
      const ids = new Set(tokens.map(({ id }) => id));
      for (const change of revoked)
        if (change.userId === userId && !ids.has(change.tokenId)) gone.add(change);
    } catch (error) {
      // Not confirmed: the receipts keep the ids and the next run asks again.
      if (!(error instanceof ProviderError)) throw error;
    }
  }
  return gone;
}

/** Strikes ids from `previous` at every destination of the declaration that names them. */
export async function strike(work: Work, subject: string, ids: readonly string[]): Promise<void> {
  for (const reference of destinationsOf(work, subject)) {
    const { receipt } = work.seen.get(reference.identity) ?? {};
    if (!receipt?.previous.some(({ id }) => ids.includes(id))) continue;
    await write(work, reference, { receipt: withoutPrevious(receipt, ids) });
  }
}

/**
 * The destinations of a declaration that left the manifest are not known. It may have left an older copy of
 * the manifest only, while a newer one is applied elsewhere: so all destinations of the run are looked at.
 */
async function refuseIfNamed(work: Work, change: RevokeChange): Promise<void> {
  work.lastLook ??= lookEverywhere(work);
  if (!(await work.lastLook).has(change.tokenId)) return;
  throw new ProviderError(
    `token "${change.tokenId}" of "${change.subject}" is served by now; it was left alive. Run again`,
    'refused',
  );
}

/** Ids that any destination of the run names or holds, each read once. */
async function lookEverywhere(work: Work): Promise<ReadonlySet<string>> {
  const limit = pLimit(work.run.concurrency);
  const ids = new Set<string>();
  const look = async (reference: DestinationReference, set: TokenSet): Promise<void> => {
    const state = await work.run.open(reference, set)?.read(work.run.signal);
    if (!state) return;
    refuseUnclear(reference, state.receipt);
    if (state.value.kind === 'held') ids.add(work.entry.provider.idOf(state.value.value) ?? '');
    const receipt = state.receipt.kind === 'receipt' ? state.receipt.receipt : undefined;
    const named = [
      receipt?.current?.id,
      ...pendingOf(work, receipt),
      ...(receipt?.previous ?? []).map(({ id }) => id),
    ];
    for (const id of named) if (id) ids.add(id);
  };
  await Promise.all(
    work.run.sets.flatMap(({ set }) =>
      set.declarations.flatMap(({ deliverTo }) =>
        deliverTo.map((reference) => limit(() => look(reference, set))),
      ),
    ),
  );
  return ids;
}

/** The token of the attempt on record: named by its id, or only by the nonce in its mark. */
function pendingOf({ observation }: Work, receipt: Receipt | undefined): readonly string[] {
  if (!receipt?.pending) return [];
  const { id, nonce } = receipt.pending;
  const rows = [...observation.tokens.values()].flatMap((list) =>
    list.kind === 'listed' ? list.tokens : [],
  );
  const made = rows.filter(({ description }) => {
    const reading = parseDescription(description);
    return reading.kind === 'mark' && reading.mark.nonce === nonce;
  });
  return [...(id ? [id] : []), ...made.map((token) => token.id)];
}

function refuseUnclear({ key }: DestinationReference, { kind }: ReceiptReading): void {
  if (kind !== 'newer' && kind !== 'corrupt') return;
  const message = `the receipt at "${key}" cannot be understood, and may name any token`;
  throw new DeliveryError(message, 'refused', { destination: key });
}

function destinationsOf(work: Work, subject: string): readonly DestinationReference[] {
  const declaration = work.entry.set.declarations.find(({ name }) => name === subject);
  return [...(declaration?.deliverTo ?? []), ...(work.observation.dropped.get(subject) ?? [])];
}

async function refuseIfServed(
  work: Work,
  reference: DestinationReference,
  change: RevokeChange,
): Promise<void> {
  const isLedger = reference.identity === destinationsOf(work, change.subject)[0]?.identity;
  // The planner lets it go although a destination other than the ledger names it or cannot be read.
  if (!isLedger && hasWaitedLongEnough(work, change)) return;
  const { receipt, value } = await readAgain(work, reference);
  refuseUnclear(reference, receipt);
  const found = receipt.kind === 'receipt' ? receipt.receipt : undefined;
  const holds = value.kind === 'held' && work.entry.provider.idOf(value.value) === change.tokenId;
  if (!holds && ![found?.current?.id, ...pendingOf(work, found)].includes(change.tokenId)) return;
  throw new DeliveryError(
    `"${reference.key}" holds the token that was to be revoked; it was left alive. Run again`,
    'conflict',
    { destination: reference.key },
  );
}

/** A compromised token has an hour. A ledger that this run emptied asks for nothing. */
function hasWaitedLongEnough(work: Work, { subject, tokenId }: RevokeChange): boolean {
  const [ledger] = destinationsOf(work, subject);
  const entries = ledger ? work.seen.get(ledger.identity)?.receipt?.previous : undefined;
  const entry = entries?.find(({ id, compromised }) => id === tokenId && compromised === true);
  return entry !== undefined && work.entry.provider.now() >= entry.revokeNotBefore + compromisedPatienceMs;
}

function userById(work: Work, userId: string): UserRecord {
  const { me, users } = work.observation;
  const all = [...(users.kind === 'listed' ? users.users : []), ...(me && !('kind' in me) ? [me] : [])];
  const user = all.find(({ id }) => id === userId);
  if (user) return user;
  throw new ProviderError(`the user "${userId}" of the token is not listed any more; run again`, 'missing');
}
