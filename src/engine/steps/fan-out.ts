/** Step 5: the committed value goes to the other destinations, each with its own receipt. */
import { DeliveryError, InvariantError } from '../../core/errors.ts';
import type { Declaration, DestinationReference } from '../../core/manifest/types.ts';
import type { Receipt } from '../../core/receipt.ts';
import { withDelivery, withMemoryOf } from '../../core/receipt-changes.ts';
import type { SecretValue } from '../../core/secret.ts';
import { endSentence } from '../../core/sentence.ts';
import { timeToRecord } from '../time.ts';
import { firstDestination, lastSeen, receiptsOf, type Work, write } from '../work.ts';

/**
 * Delivers to every destination but the first. One that fails leaves the others; the next run delivers again.
 *
 * @throws DeliveryError that names every destination that lacks the token now.
 */
export async function fanOut(work: Work, declaration: Declaration, value: SecretValue): Promise<void> {
  const { receipt: ledger } = lastSeen(work, firstDestination(declaration));
  if (!ledger) throw new InvariantError(`"${declaration.name}" was committed without a receipt`);
  const failures: string[] = [];
  for (const reference of declaration.deliverTo.slice(1)) {
    try {
      await deliverTo(work, reference, { declaration, ledger, value });
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      failures.push(error.message);
    }
  }
  if (failures.length === 0) return;
  const message =
    `${failures.map(endSentence).join(' ')} The first destination has the new token and the old one stays` +
    ' valid; run again';
  throw new DeliveryError(message, 'refused', { destination: firstDestination(declaration).key });
}

/** Writes the ledger's token to one destination. */
export async function deliverTo(
  work: Work,
  reference: DestinationReference,
  {
    declaration,
    ledger,
    value,
  }: { readonly declaration: Declaration; readonly ledger: Receipt; readonly value: SecretValue },
): Promise<void> {
  const receipt = withDelivery(ledger, await timeToRecord(work));
  await write(work, reference, { receipt: withMemoryOf(receipt, receiptsOf(work, declaration)), value });
}
