/**
 * The two changes of a GitHub secret. GitHub knows no compare-and-swap: a look comes directly before the first
 * request, and what someone else writes between the two is seen on the next pass only. The value goes first,
 * then the receipt with the date GitHub gave the value, so that a crash in between shows as a value that is
 * not the receipt's.
 */
import { DeliveryError, ProviderError } from '../../core/errors.ts';
import { formatReceipt, type Receipt } from '../../core/receipt.ts';
import type { SecretValue } from '../../core/secret.ts';
import { endSentence } from '../../core/sentence.ts';
import { deleteSecret, type Sharing } from '../../github/secrets.ts';
import { createVariable, deleteVariable, updateVariable } from '../../github/variables.ts';
import type { Connection } from './connection.ts';
import { adviseEnvironment, failed, failedAs, failedWrite } from './failure.ts';
import type { Place } from './place.ts';
import { putValue, readNewDate, refuseLarge, type Writing } from './put-value.ts';
import { type Snapshot, stampOf, takeSnapshot, versionOf } from './state.ts';

interface Next {
  readonly version: string;
  readonly receipt: Receipt;
  readonly value?: SecretValue;
}

/** @see Destination.write */
export async function write(
  connection: Connection,
  place: Place,
  { next, signal }: { readonly next: Next; readonly signal: AbortSignal },
): Promise<string> {
  const { version, receipt, value } = next;
  refuseLarge(place, value);
  const writing = { connection, place, signal };
  return await connection.inTurn(place, async () => {
    const before = await look(writing);
    expectVersion(place, before, version);
    if (before.isHomeless) throw failed(place, 'refused', adviseEnvironment(place));
    // Who may read is sent along with every value; with a receipt alone only where GitHub asks for it.
    const isShared = value !== undefined || before.receiptText === undefined;
    const sharing = isShared ? await sharingOf(writing) : undefined;
    if (value === undefined) {
      const { current } = receipt;
      const kept = { ...receipt, current: current && { ...current, updatedAt: stampFor(current, before) } };
      return await writeReceipt(writing, before, { receipt: kept, sharing });
    }
    await putValue(writing, value, sharing);
    try {
      const updatedAt = await readNewDate(writing, before);
      const stamped = { ...receipt, current: receipt.current && { ...receipt.current, updatedAt } };
      return await writeReceipt(writing, before, { receipt: stamped, sharing, updatedAt });
    } catch (error) {
      throw halfDone(place, error, 'written');
    }
  });
}

/** @see Destination.withdraw */
export async function withdraw(
  connection: Connection,
  place: Place,
  what: { readonly version: string; readonly keepValue: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const { keepValue, signal } = what;
  await connection.inTurn(place, async () => {
    const before = await look({ connection, place, signal });
    const hasValue = before.secret !== undefined && !keepValue;
    if (before.receiptText === undefined && !hasValue) return;
    expectVersion(place, before, what.version);
    const { client } = connection;
    let isBegun = false;
    try {
      if (hasValue) await deleteSecret(client, place.secrets, { name: place.secretName, signal });
      isBegun = hasValue;
      await deleteVariable(client, place.variables, { name: place.variableName, signal });
    } catch (error) {
      throw isBegun ? halfDone(place, error, 'deleted') : failedWrite(place, error);
    }
  });
}

/** Directly before a write. It changes nothing, so a failure leaves nothing in doubt. */
async function look({ connection, place, signal }: Writing): Promise<Snapshot> {
  try {
    return await takeSnapshot(connection, place, signal);
  } catch (error) {
    throw failedAs('refused', place, error);
  }
}

function expectVersion(place: Place, { receiptText, secret }: Snapshot, version: string): void {
  if (versionOf(receiptText, secret?.updatedAt) === version) return;
  const message = `"${place.key}" was not written: it or its receipt changed since it was read. Run again.`;
  throw failed(place, 'conflict', message);
}

async function sharingOf({ connection, place, signal }: Writing): Promise<Sharing | undefined> {
  try {
    return await connection.sharing(place, signal);
  } catch (error) {
    throw failedAs('refused', place, error);
  }
}

/** A receipt that is written alone keeps the date of the value that lies there. */
function stampFor(
  { id, updatedAt }: NonNullable<Receipt['current']>,
  { receiptText }: Snapshot,
): string | null {
  const stored = stampOf(receiptText);
  return stored.id === id ? stored.updatedAt : updatedAt;
}

async function writeReceipt(
  { connection: { client }, place, signal }: Writing,
  before: Snapshot,
  next: { readonly receipt: Receipt; readonly sharing: Sharing | undefined; readonly updatedAt?: string },
): Promise<string> {
  const text = formatReceipt(next.receipt);
  const variable = { name: place.variableName, value: text, sharing: next.sharing, signal };
  const isNew = before.receiptText === undefined;
  try {
    await (isNew ? createVariable : updateVariable)(client, place.variables, variable);
  } catch (error) {
    throw isRace(error, isNew) ? failedAs('conflict', place, error) : failedWrite(place, error);
  }
  return versionOf(text, next.updatedAt ?? before.secret?.updatedAt);
}

/** Someone made or deleted the variable since we looked. */
function isRace(error: unknown, isNew: boolean): boolean {
  if (!(error instanceof ProviderError)) return false;
  return isNew ? error.failure === 'refused' && error.status === 409 : error.failure === 'missing';
}

/** The first of two requests took effect and the other did not, or nobody knows. */
function halfDone(place: Place, error: unknown, done: 'written' | 'deleted'): unknown {
  if (!(error instanceof ProviderError) && !(error instanceof DeliveryError)) return error;
  return failed(place, 'unknown', `${endSentence(error.message)} The secret was ${done} before that.`, error);
}
