/**
 * Step 4, the commit point: value and receipt at the first destination by compare-and-swap. After any write
 * that did not clearly succeed the destination is read back first. The new token is revoked only when it is
 * certain that nobody can have it; when in doubt it lives, and the next run mends or drains it.
 */
import { DeliveryError } from '../../core/errors.ts';
import { formatReceipt, type Receipt } from '../../core/receipt.ts';
import { withCurrent, withMemoryOf } from '../../core/receipt-changes.ts';
import { endSentence } from '../../core/sentence.ts';
import type { DestinationState, IssuedToken } from '../ports.ts';
import { timeToRecord } from '../time.ts';
import {
  firstDestination,
  open,
  ours,
  readAgain,
  receiptContext,
  receiptsOf,
  type Work,
  write,
} from '../work.ts';
import { type Attempt, takeBack } from './attempt.ts';

/** A destination that clearly refuses this often is not going to change its mind within the deadline. */
const mostTries = 4;
const pauseMs = 1_000;

interface Delivery {
  readonly issued: IssuedToken;
  /** Milliseconds since the create was sent. */
  readonly elapsedMs: () => number;
}

/** What reading back showed about our write. */
type ReadBack = 'committed' | 'unchanged' | 'named' | 'replaced' | 'unknown';

/**
 * Commits the new token.
 *
 * @throws DeliveryError when it is not committed; its message says what became of the new token.
 */
export async function commit(work: Work, attempt: Attempt, delivery: Delivery): Promise<void> {
  const { declaration } = attempt;
  const first = firstDestination(declaration);
  const { commitDeadlineMs } = open(work, first);
  let accounted = true;
  let last: DeliveryError | undefined;
  for (let tries = 1; tries <= mostTries && delivery.elapsedMs() < commitDeadlineMs; tries++) {
    // Made anew for every try, because the overlap is counted from its times.
    const now = await timeToRecord(work);
    if (delivery.elapsedMs() >= commitDeadlineMs) break;
    const receipt = buildReceipt(work, attempt, { issued: delivery.issued, now });
    try {
      await write(work, first, { receipt, value: delivery.issued.value });
      return;
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      last = error;
    }
    if (last.failure === 'unknown') accounted = false;
    const found = await readBack(work, attempt, delivery.issued);
    if (found === 'committed') return;
    if (found === 'named' || found === 'unknown') throw leave(last, attempt);
    if (found === 'replaced' || tries === mostTries) break;
    await work.run.runtime.sleep(pauseMs * 2 ** (tries - 1), work.run.signal);
  }
  if (!accounted) throw leave(last, attempt);
  throw await giveUp(work, attempt, { issued: delivery.issued, cause: last });
}

function buildReceipt(
  work: Work,
  attempt: Attempt,
  { issued, now }: { readonly issued: IssuedToken; readonly now: number },
): Receipt {
  const { declaration, change, specHash, targets, before } = attempt;
  const { generation, supersedes, compromiseWaits = false, terms } = change.issue;
  const receipt = withCurrent(ours(work, declaration, before), receiptContext(work, declaration), {
    id: issued.id,
    generation,
    spec: specHash,
    targets,
    issuedAt: now,
    now,
    supersedes,
    compromiseWaits,
    terms,
  });
  return withMemoryOf(receipt, receiptsOf(work, declaration));
}

async function readBack(work: Work, attempt: Attempt, issued: IssuedToken): Promise<ReadBack> {
  const first = firstDestination(attempt.declaration);
  let state: DestinationState;
  try {
    state = await readAgain(work, first);
  } catch (error) {
    if (error instanceof DeliveryError) return 'unknown';
    throw error;
  }
  const found = state.receipt.kind === 'receipt' ? state.receipt.receipt : undefined;
  const holdsOurs = state.value.kind === 'held' && state.value.value.equals(issued.value);
  if (found?.current?.id === issued.id && (holdsOurs || state.value.kind === 'opaque')) {
    work.seen.set(first.identity, { version: state.version, receipt: found });
    return 'committed';
  }
  const isReceipt = state.receipt.kind === 'receipt' || state.receipt.kind === 'none';
  if (isReceipt && text(found) === text(attempt.before)) {
    if (!holdsOurs && isSomeoneElses(work, attempt, state)) return 'replaced';
    work.seen.set(first.identity, { version: state.version, receipt: attempt.before });
    return 'unchanged';
  }
  return holdsOurs || names(found, attempt, issued.id) ? 'named' : 'replaced';
}

/** Whether someone put a value where there was nothing when we looked: it is not ours to overwrite. */
function isSomeoneElses(
  work: Work,
  { declaration, original }: Attempt,
  { value }: DestinationState,
): boolean {
  const reading = work.observation.readings.get(firstDestination(declaration).identity);
  const wasEmpty = reading?.kind === 'read' && reading.value.kind === 'absent';
  return original === undefined && wasEmpty && value.kind === 'held';
}

function names(receipt: Receipt | undefined, { nonce }: Attempt, id: string): boolean {
  if (!receipt) return false;
  const ids = [receipt.current?.id, receipt.pending?.id, ...receipt.previous.map((entry) => entry.id)];
  return ids.includes(id) || receipt.pending?.nonce === nonce;
}

function text(receipt: Receipt | undefined): string {
  return receipt ? formatReceipt(receipt) : '';
}

function leave(cause: DeliveryError | undefined, { declaration }: Attempt): DeliveryError {
  const first = firstDestination(declaration);
  return new DeliveryError(
    `${endSentence(cause?.message ?? 'the deadline passed')} Nobody can tell whether "${first.key}"` +
      ' now holds the new token, so nothing is revoked; the next run mends or drains it',
    'unknown',
    { destination: first.key, cause },
  );
}

/** Nobody holds the new token: revoke it rather than leave an orphan. */
async function giveUp(
  work: Work,
  attempt: Attempt,
  { issued, cause }: { readonly issued: IssuedToken; readonly cause: DeliveryError | undefined },
): Promise<DeliveryError> {
  const { key } = firstDestination(attempt.declaration);
  const why = endSentence(cause?.message ?? `the deadline to write "${key}" passed`);
  const became = await takeBack(work, attempt, issued.id);
  return new DeliveryError(`${why} ${became}`, 'refused', { destination: key, cause });
}
