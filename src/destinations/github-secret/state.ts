/**
 * What a GitHub secret and its receipt say right now. GitHub answers 404 both for what is not there and for
 * what the token may not see; a thing counts as missing only where something beside it could be read.
 */
import { ProviderError } from '../../core/errors.ts';
import { parseReceipt } from '../../core/receipt.ts';
import type { DestinationState } from '../../engine/ports.ts';
import { isEnvironmentMissing } from '../../github/environments.ts';
import { readSecret, type SecretMetadata } from '../../github/secrets.ts';
import { readVariable } from '../../github/variables.ts';
import type { Connection } from './connection.ts';
import { makeEnvironment } from './failure.ts';
import type { Place } from './place.ts';

export interface Snapshot {
  /** The stored text of the receipt. */
  readonly receiptText: string | undefined;
  readonly secret: SecretMetadata | undefined;
  /** True when the environment they would be in is not there. */
  readonly isHomeless: boolean;
}

const mostReadings = 3;

/**
 * Two requests where both are there. A writer puts the secret, then the receipt; when a receipt seems not to
 * belong to the secret it is therefore read once more.
 *
 * @throws ProviderError when it cannot be read, or cannot be told from what may not be seen
 */
export async function takeSnapshot(
  connection: Connection,
  place: Place,
  signal: AbortSignal,
): Promise<Snapshot> {
  try {
    let receiptText = await readReceipt(connection, place, signal);
    for (let readings = 1; ; readings += 1) {
      const secret = await readDate(connection, place, signal);
      const snapshot = { receiptText, secret, isHomeless: false };
      if (receiptText === undefined || !isChanged(snapshot) || readings === mostReadings) return snapshot;
      const before = receiptText;
      receiptText = await readReceipt(connection, place, signal);
      if (receiptText === before) return snapshot;
    }
  } catch (error) {
    const home = await findHome(connection, { place, error, signal });
    if (home === 'missing') return { receiptText: undefined, secret: undefined, isHomeless: true };
    throw home === 'unknown' ? withAdvice(place, error) : error;
  }
}

/** The snapshot as the engine sees it. */
export function stateOf(snapshot: Snapshot): DestinationState {
  const { receiptText, secret } = snapshot;
  return {
    version: versionOf(receiptText, secret?.updatedAt),
    receipt: receiptText === undefined ? { kind: 'none' } : parseReceipt(receiptText),
    value:
      secret === undefined
        ? { kind: 'absent' }
        : { kind: 'opaque', changed: isChanged(snapshot), writtenAt: Date.parse(secret.updatedAt) },
  };
}

/** Names the pair. GitHub tells whole seconds, so two values written within one have the same name. */
export function versionOf(receiptText: string | undefined, updatedAt: string | undefined): string {
  return JSON.stringify([updatedAt ?? null, receiptText ?? null]);
}

/** When the secret was written that the receipt speaks of. */
export function stampOf(receiptText: string | undefined): {
  readonly id: string | undefined;
  readonly updatedAt: string | null;
} {
  const reading = receiptText === undefined ? undefined : parseReceipt(receiptText);
  const current = reading?.kind === 'receipt' ? reading.receipt.current : null;
  return { id: current?.id, updatedAt: current?.updatedAt ?? null };
}

function isChanged({ receiptText, secret }: Snapshot): boolean {
  return secret !== undefined && stampOf(receiptText).updatedAt !== secret.updatedAt;
}

async function readReceipt(
  connection: Connection,
  place: Place,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { variables, variableName: name } = place;
  const text = await readVariable(connection.client, variables, { name, signal });
  if (text === undefined) await connection.variablesReadable(place, signal);
  return text;
}

async function readDate(
  connection: Connection,
  place: Place,
  signal: AbortSignal,
): Promise<SecretMetadata | undefined> {
  const { secrets, secretName: name } = place;
  const secret = await readSecret(connection.client, secrets, { name, signal });
  if (secret === undefined) await connection.publicKey(place, signal);
  return secret;
}

/**
 * An environment that is not there holds nothing: that is a state, and a withdrawal from it is done.
 *
 * @returns `there` also where the failure is about something else
 */
async function findHome(
  { client }: Connection,
  { place, error, signal }: { readonly place: Place; readonly error: unknown; readonly signal: AbortSignal },
): Promise<'missing' | 'there' | 'unknown'> {
  const { repository, environment } = place;
  if (repository === undefined || environment === undefined) return 'there';
  if (!(error instanceof ProviderError) || error.failure !== 'missing') return 'there';
  try {
    return (await isEnvironmentMissing(client, repository, { environment, signal })) ? 'missing' : 'there';
  } catch (other) {
    if (other instanceof ProviderError) return 'unknown';
    throw other;
  }
}

function withAdvice(place: Place, error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const message = `${error.message} Is the environment not there yet? ${makeEnvironment(place)}`;
  return new ProviderError(message, error.failure, { cause: error });
}
