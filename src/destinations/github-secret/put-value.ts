/**
 * The first half of a delivery: the value, sealed for GitHub's key, and the date that GitHub gives it. The
 * receipt is written after it, in `write.ts`.
 */
import { ProviderError } from '../../core/errors.ts';
import type { SecretValue } from '../../core/secret.ts';
import { putSecret, readSecret, type Sharing } from '../../github/secrets.ts';
import { seal } from '../sealed-box.ts';
import type { Connection } from './connection.ts';
import { failed, failedWrite } from './failure.ts';
import type { Place } from './place.ts';
import type { Snapshot } from './state.ts';

/** GitHub's limit for a secret (docs.github.com, using secrets in GitHub Actions). */
const largestBytes = 48 * 1024;
const dateReadings = 4;
const pauseMs = 1_000;

export interface Writing {
  readonly connection: Connection;
  readonly place: Place;
  readonly signal: AbortSignal;
}

/** @throws DeliveryError `refused` for a value over GitHub's limit */
export function refuseLarge(place: Place, value: SecretValue | undefined): void {
  const size = value === undefined ? 0 : Buffer.byteLength(value.reveal());
  if (size <= largestBytes) return;
  const why = `the value has ${size} bytes; GitHub takes ${largestBytes}`;
  const message = `"${place.key}" was not written: ${why}.`;
  throw failed(place, 'refused', `${message} Deliver it to a file or a Kubernetes Secret.`);
}

/**
 * GitHub may change the key at any time and refuses what was sealed for an old one; once is enough to ask.
 */
export async function putValue(
  { connection, place, signal }: Writing,
  value: SecretValue,
  sharing: Sharing | undefined,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { id: keyId, key } = await connection.publicKey(place, signal);
      const sealed = sealFor(place, key, value);
      const { secretName: name } = place;
      return await putSecret(connection.client, place.secrets, { name, sealed, keyId, sharing, signal });
    } catch (error) {
      const isStale = error instanceof ProviderError && error.failure === 'refused' && error.status === 422;
      if (!isStale || tries > 1) throw failedWrite(place, error);
      connection.forgetKey(place);
    }
  }
}

/** The date GitHub gave the value. Where it seems not to be told yet it is asked for again, for 3 seconds. */
export async function readNewDate({ connection, place, signal }: Writing, before: Snapshot): Promise<string> {
  const { secrets, secretName: name } = place;
  for (let readings = 1; ; readings += 1) {
    const secret = await readSecret(connection.client, secrets, { name, signal });
    const isLast = readings === dateReadings;
    // The same date may be right all the same: two values within one second have it.
    if (secret && (isLast || secret.updatedAt !== before.secret?.updatedAt)) return secret.updatedAt;
    if (isLast)
      throw failed(place, 'unknown', `GitHub does not show the secret of "${place.key}" just written.`);
    await connection.runtime.sleep(pauseMs, signal);
  }
}

function sealFor(place: Place, publicKey: string, value: SecretValue): string {
  try {
    return seal(publicKey, value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const fix = "Check that the url is that of GitHub's API.";
    throw failed(place, 'refused', `"${place.key}" was not written: ${error.message}. ${fix}`, error);
  }
}
