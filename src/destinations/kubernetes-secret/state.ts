/**
 * What a Secret says about one of its keys: the value there and the receipt in an annotation. The version
 * is of these two and of the Secret's identity, so that a label, or another key, that somebody changes
 * meanwhile is no conflict.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { parseReceipt } from '../../core/receipt.ts';
import { SecretValue } from '../../core/secret.ts';
import type { DestinationState } from '../../engine/ports.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { kubernetesSecretDescriptor } from './descriptor.ts';

/** Written together with the value, and read back with it (DESIGN 3.2). */
export const receiptAnnotation = 'keyturn.dev/receipt';

const DataSchema = z.record(z.string(), z.string());

/** Values by key, in base64. Of a Secret that has none the field is missing. */
export function dataOf(secret: KubernetesObject | undefined): Readonly<Record<string, string>> {
  const parsed = DataSchema.safeParse(secret?.['data']);
  return parsed.success ? parsed.data : {};
}

function receiptTextOf(secret: KubernetesObject | undefined): string | undefined {
  return secret?.metadata.annotations?.[receiptAnnotation];
}

export function stateOf(secret: KubernetesObject | undefined, key: string): DestinationState {
  const text = receiptTextOf(secret);
  const receipt = text === undefined ? ({ kind: 'none' } as const) : parseReceipt(text);
  return { version: versionOf(secret, key), receipt, value: readValue(secret, key) };
}

export function versionOf(secret: KubernetesObject | undefined, key: string): string {
  if (secret === undefined) return 'absent';
  const parts = [secret.metadata.uid, receiptTextOf(secret) ?? null, dataOf(secret)[key] ?? null];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function readValue(secret: KubernetesObject | undefined, key: string): DestinationState['value'] {
  const data = dataOf(secret);
  const value = data[key];
  if (value !== undefined) {
    return { kind: 'held', value: new SecretValue(Buffer.from(value, 'base64').toString('utf8')) };
  }
  // A Secret with other values and no receipt is somebody else's. Its own values are nobody's business: an
  // empty one says that something is here which keyturn did not deliver.
  const isOthers = receiptTextOf(secret) === undefined && Object.keys(data).length > 0;
  return isOthers ? { kind: 'held', value: new SecretValue('') } : { kind: 'absent' };
}

/**
 * Other keys of the same Secret that its receipt names, after a key was renamed, and that still hold a value.
 */
export function siblingsOf(secret: KubernetesObject | undefined, key: string): readonly string[] {
  const text = receiptTextOf(secret);
  const reading = text === undefined ? undefined : parseReceipt(text);
  if (reading?.kind !== 'receipt') return [];
  const data = dataOf(secret);
  return reading.receipt.destinations.flatMap((destination) => {
    const ref = kubernetesSecretDescriptor.parseKey(destination);
    const isHere = ref?.name === secret?.metadata.name && ref?.key !== key;
    return ref && isHere && data[ref.key] !== undefined ? [ref.key] : [];
  });
}
