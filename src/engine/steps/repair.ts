/** The changes that issue nothing: deliver, mend, drain, withdraw, update. Each is one compare-and-swap. */
import { assertNever, DeliveryError, InvariantError, ProviderError } from '../../core/errors.ts';
import type { Declaration, DestinationReference } from '../../core/manifest/types.ts';
import type { TokenRecord } from '../../core/observation.ts';
import { formatDescription, type Mark, parseDescription } from '../../core/mark.ts';
import type { Change, Mend, Superseded } from '../../core/plan/types.ts';
import type { Receipt } from '../../core/receipt.ts';
import {
  fenceReceipt,
  withCurrent,
  withDestination,
  withMemoryOf,
  withoutDestination,
  withPrevious,
  withTerms,
} from '../../core/receipt-changes.ts';
import type { Terms } from '../../core/terms.ts';
import {
  declarationOf,
  firstDestination,
  lastSeen,
  open,
  ours,
  readAgain,
  receiptContext,
  receiptsOf,
  userOf,
  type Work,
  write,
} from '../work.ts';
import { timeToRecord } from '../time.ts';
import { deliverTo } from './fan-out.ts';
import { strike } from './revoke.ts';

/** Brings the current token from a readable destination to one that lacks it. */
export async function deliver(work: Work, change: Change & { readonly kind: 'deliver' }): Promise<void> {
  const declaration = declarationOf(work, change.subject);
  const { value } = await readAgain(work, change.from);
  if (value.kind !== 'held' || work.entry.provider.idOf(value.value) !== change.tokenId) {
    throw new DeliveryError(
      `"${change.from.key}" no longer holds the token to deliver; run again`,
      'conflict',
      {
        destination: change.from.key,
      },
    );
  }
  await open(work, change.to).preflight(work.run.signal);
  const source = lastSeen(work, change.from).receipt;
  if (!source) throw new InvariantError(`"${change.from.key}" holds a token without a receipt`);
  const ledger = withDestination(source, change.to.key);
  // On record before the value is there: a manifest that drops it later must know that it was written.
  if (ledger !== source) await write(work, change.from, { receipt: ledger });
  await deliverTo(work, change.to, { declaration, ledger, value: value.value });
  const first = firstDestination(declaration);
  const ofFirst = lastSeen(work, first).receipt;
  if (ofFirst && !ofFirst.destinations.includes(change.to.key)) {
    await write(work, first, { receipt: withDestination(ofFirst, change.to.key) });
  }
}

/** Puts right what a receipt or a description says. */
export async function mend(work: Work, subject: string, what: Mend): Promise<void> {
  switch (what.what) {
    case 'receipt':
      return await mendReceipt(work, subject, what);
    case 'mark':
      return await mendMark(work, subject, what.tokenId);
    case 'previous':
      return await strike(work, subject, what.ids);
    case 'terms':
      return await mendTerms(work, subject, what.terms);
    case 'fence': {
      const declared = declarationOf(work, subject);
      const deliverTo = declared.deliverTo.filter(({ key }) => what.destinations.includes(key));
      const context = receiptContext(work, { ...declared, deliverTo });
      const receipt = fenceReceipt(context, what.supersedes, work.entry.provider.now());
      return await write(work, firstDestination(declared), { receipt });
    }
    default:
      return assertNever(what);
  }
}

/** The fence around an orphan: once `previous` names it, a frozen writer can no longer commit it. */
export async function drain(work: Work, change: Change & { readonly kind: 'drain' }): Promise<void> {
  const first = firstDestination(declarationOf(work, change.subject));
  const { receipt } = lastSeen(work, first);
  if (!receipt) throw new InvariantError(`"${change.subject}" has no receipt to drain into`);
  const { tokenId: id, generation, overlapMs } = change;
  const orphan: Superseded = { id, generation, overlapMs, compromised: false };
  await write(work, first, { receipt: withPrevious(receipt, [orphan], await timeToRecord(work)) });
}

/** Takes value and receipt away, then strikes the destination from the receipts that name it. */
export async function withdraw(work: Work, change: Change & { readonly kind: 'withdraw' }): Promise<void> {
  const { version, receipt } = lastSeen(work, change.from);
  if (change.receiptIsOurs || change.valueIsOurs) {
    const keepValue = !change.valueIsOurs;
    await open(work, change.from).withdraw({ version, keepValue }, work.run.signal);
    work.seen.delete(change.from.identity);
  }
  for (const reference of declarationOf(work, change.subject).deliverTo) {
    const seen = work.seen.get(reference.identity)?.receipt;
    if (reference.identity === change.from.identity || !seen?.destinations.includes(change.from.key))
      continue;
    // What only the receipt that was taken away knew, such as a token that waits for its revocation.
    const memory = withMemoryOf(seen, change.receiptIsOurs && receipt ? [receipt] : []);
    await write(work, reference, { receipt: withoutDestination(memory, change.from.key) });
  }
}

/** Writes the person's new words before the same mark. */
export async function update(work: Work, change: Change & { readonly kind: 'update' }): Promise<void> {
  const declaration = declarationOf(work, change.subject);
  const reading = parseDescription(findToken(work, change.tokenId).description);
  if (reading.kind !== 'mark') throw new InvariantError(`token "${change.tokenId}" has no mark to keep`);
  const description = formatDescription(change.human, reading.mark);
  await work.entry.provider.updateDescription(
    userOf(work, declaration),
    change.tokenId,
    description,
    work.run.signal,
  );
}

async function mendReceipt(
  work: Work,
  subject: string,
  what: Mend & { readonly what: 'receipt' },
): Promise<void> {
  const token = findToken(work, what.tokenId);
  const reading = parseDescription(token.description);
  if (reading.kind !== 'mark') throw new InvariantError(`token "${what.tokenId}" has no mark`);
  const declared = declarationOf(work, subject);
  const others = receiptsOf(work, declared);
  const ledger = ours(
    work,
    declared,
    lastSeen(work, what.at).receipt ?? lastSeen(work, firstDestination(declared)).receipt,
  );
  const declaration = { ...declared, deliverTo: knownDestinations(work, declared, [what.at, others]) };
  const next = withCurrent(ledger, receiptContext(work, declaration), {
    id: token.id,
    generation: reading.mark.generation,
    spec: reading.mark.specHash,
    targets: reading.mark.targets,
    issuedAt: token.createdAt,
    now: await timeToRecord(work),
    supersedes: supersededBy(work, { subject, currentId: token.id, ledgerId: ledger?.current?.id }),
    // A compromise that the receipts do not know is handled by a rotation; without any nobody can tell.
    compromiseWaits: others.length > 0,
  });
  await write(work, what.at, { receipt: withMemoryOf(next, others) });
}

/** Every receipt says what was approved, and under which owner. */
async function mendTerms(work: Work, subject: string, terms: Terms): Promise<void> {
  const declaration = declarationOf(work, subject);
  const { owner } = receiptContext(work, declaration);
  const named = work.observation.dropped.get(subject) ?? [];
  // A place that left the manifest may be another declaration's by now, of the set that was given it.
  const dropped = named.filter(({ identity }) => work.seen.get(identity)?.receipt?.token === subject);
  for (const reference of [...declaration.deliverTo, ...dropped]) {
    const receipt = ours(work, declaration, work.seen.get(reference.identity)?.receipt);
    if (receipt) await write(work, reference, { receipt: withTerms({ ...receipt, owner }, terms) });
  }
}

/** A mend makes no destination known to which delivering awaits an approval. */
function knownDestinations(
  { entry }: Work,
  { deliverTo }: Declaration,
  [at, receipts]: readonly [DestinationReference, readonly Receipt[]],
): readonly DestinationReference[] {
  if (entry.requests.approved === 'all') return deliverTo;
  const keys = new Set([at.key, ...receipts.flatMap(({ destinations }) => destinations)]);
  return deliverTo.filter(({ key }) => keys.has(key));
}

/** What a mended receipt supersedes: what it named before, or without a receipt every other live token. */
function supersededBy(
  work: Work,
  { subject, currentId, ledgerId }: { subject: string; currentId: string; ledgerId: string | undefined },
): readonly Superseded[] {
  const { overlapMs } = declarationOf(work, subject).rotation;
  const hashes = new Set([work.entry.owner.hash, ...work.entry.owner.former.keys()]);
  return allTokens(work).flatMap((token) => {
    const reading = parseDescription(token.description);
    if (reading.kind !== 'mark' || token.id === currentId) return [];
    const { mark } = reading;
    // What the ledger named may carry a former name.
    const isReplaced = ledgerId === undefined ? mark.declaration === subject : token.id === ledgerId;
    if (!isReplaced || !hashes.has(mark.owner)) return [];
    return [{ id: token.id, generation: mark.generation, overlapMs, compromised: false }];
  });
}

async function mendMark(work: Work, subject: string, tokenId: string): Promise<void> {
  const declaration = declarationOf(work, subject);
  const current = receiptsOf(work, declaration).find((receipt) => receipt.current?.id === tokenId)?.current;
  if (!current) throw new InvariantError(`no receipt of "${subject}" names "${tokenId}"`);
  const mark: Mark = {
    owner: work.entry.owner.hash,
    declaration: subject,
    generation: current.generation,
    specHash: current.spec,
    nonce: work.run.runtime.nonce(),
    ...(current.targets === undefined ? {} : { targets: current.targets }),
  };
  const description = formatDescription(declaration.description, mark);
  await work.entry.provider.updateDescription(
    userOf(work, declaration),
    tokenId,
    description,
    work.run.signal,
  );
}

function findToken(work: Work, id: string): TokenRecord {
  const token = allTokens(work).find((candidate) => candidate.id === id);
  if (!token) throw new ProviderError(`token "${id}" is not listed any more; run again`, 'missing');
  return token;
}

function allTokens({ observation }: Work): readonly TokenRecord[] {
  return [...observation.tokens.values()].flatMap((list) => (list.kind === 'listed' ? list.tokens : []));
}
