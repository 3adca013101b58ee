/**
 * Takes receipt and value away from a GitHub secret, the value first: a receipt without a value shows that
 * something is left to do. A 404 is believed only when a look finds nothing.
 */
import { ProviderError } from '../../core/errors.ts';
import { deleteSecret, readSecret } from '../../github/secrets.ts';
import { deleteVariable, readVariable } from '../../github/variables.ts';
import type { Connection } from './connection.ts';
import { failedWrite, halfDone } from './failure.ts';
import { expectVersion, look } from './look.ts';
import type { Place } from './place.ts';

/** @see Destination.withdraw */
export async function withdraw(
  connection: Connection,
  place: Place,
  what: { readonly version: string; readonly keepValue: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const { keepValue, signal } = what;
  await connection.inTurn(place, async () => {
    const before = await look(connection, place, signal);
    const hasReceipt = before.receiptText !== undefined;
    const losesValue = before.secret !== undefined && !keepValue;
    if (!hasReceipt && !losesValue) return;
    expectVersion(place, before, what.version);
    if (losesValue) await removeValue(connection, place, signal);
    if (!hasReceipt) return;
    try {
      await removeReceipt(connection, place, signal);
    } catch (error) {
      throw losesValue ? halfDone(place, error, 'deleted') : failedWrite(place, error);
    }
  });
}

async function removeValue({ client }: Connection, place: Place, signal: AbortSignal): Promise<void> {
  const { secrets, secretName: name } = place;
  try {
    await unlessGone(
      () => deleteSecret(client, secrets, { name, signal }),
      async () => (await readSecret(client, secrets, { name, signal })) === undefined,
    );
  } catch (error) {
    throw failedWrite(place, error);
  }
}

async function removeReceipt({ client }: Connection, place: Place, signal: AbortSignal): Promise<void> {
  const { variables, variableName: name } = place;
  await unlessGone(
    () => deleteVariable(client, variables, { name, signal }),
    async () => (await readVariable(client, variables, { name, signal })) === undefined,
  );
}

/** GitHub also answers 404 when the token may see a thing and not change it. */
async function unlessGone(remove: () => Promise<void>, isGone: () => Promise<boolean>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    const isMissing = error instanceof ProviderError && error.failure === 'missing';
    if (!isMissing || !(await isGone())) throw error;
  }
}
