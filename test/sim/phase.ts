/** What a write is to the protocol, told from the receipts before and after: it names the crash points. */
import type { Receipt } from '../../src/core/receipt.ts';
import type { SecretValue } from '../../src/core/secret.ts';
import { type Place, receiptAt } from './place.ts';
import type { Process } from './process.ts';

export function phaseOf(
  process: Process,
  place: Place,
  { receipt, value }: { readonly receipt: Receipt; readonly value?: SecretValue },
): string {
  const before = receiptAt(place);
  if (value !== undefined) {
    return process.undelivered.has(value.reveal().slice(0, 12)) ? 'commit' : 'deliver';
  }
  if (receipt.pending) return 'record attempt';
  if (before?.pending) return 'forget attempt';
  if (receipt.current?.id !== before?.current?.id) return 'mend receipt';
  const known = new Set(before?.previous.map(({ id }) => id));
  if (receipt.previous.some(({ id }) => !known.has(id))) return receipt.current ? 'drain' : 'fence';
  return receipt.previous.length < known.size ? 'strike' : 'note destinations';
}
