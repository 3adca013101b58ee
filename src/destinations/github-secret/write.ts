/**
 * Writes a GitHub secret: the value first, then the receipt with the date GitHub gave the value, so that a
 * crash in between shows as a value that is not the receipt's.
 */
import { ProviderError } from '../../core/errors.ts';
import { formatReceipt, type Receipt } from '../../core/receipt.ts';
import type { SecretValue } from '../../core/secret.ts';
import type { Sharing } from '../../github/secrets.ts';
import { createVariable, updateVariable } from '../../github/variables.ts';
import type { Connection } from './connection.ts';
import { adviseEnvironment, failed, failedAs, failedWrite, halfDone } from './failure.ts';
import { expectVersion, look } from './look.ts';
import type { Place } from './place.ts';
import { putValue, readNewDate, refuseLarge, type Writing } from './put-value.ts';
import { type Snapshot, stampOf, versionOf } from './state.ts';

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
    const before = await look(connection, place, signal);
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
