/**
 * What a file destination holds at one instant: receipt, entry, and the version that names both. Other
 * entries of the same file are not part of the version, so a person who edits another line is in nobody's
 * way.
 */
import { hash, randomBytes } from 'node:crypto';
import { parseReceipt } from '../../core/receipt.ts';
import { SecretValue } from '../../core/secret.ts';
import type { DestinationState } from '../../engine/ports.ts';
import { readRegular } from './disk.ts';
import { failed, type Subject } from './failure.ts';
import type { Content, Format } from './formats/format.ts';

/** The files of one destination, all in one folder. */
export interface Place extends Subject {
  readonly folder: string;
  readonly receiptPath: string;
  readonly format: Format;
}

export interface Snapshot {
  readonly version: string;
  readonly receiptBytes: Buffer | undefined;
  readonly content: Content;
}

const mostReadings = 10;
// A version is for this process only; with a key of its own it tells nobody what a short value might be.
const versionKey = randomBytes(32);

/**
 * Reads both files. A writer replaces the value, then the receipt; a value read between two equal receipts
 * therefore stood beside that receipt at some instant.
 * @param failure `refused` when the reading is a step of a write that has changed nothing yet.
 */
export function takeSnapshot(place: Place, failure: 'refused' | 'unknown'): Snapshot {
  const receiptAt = { key: place.key, path: place.receiptPath };
  let before = readRegular(receiptAt, failure);
  for (let reading = 0; reading < mostReadings; reading += 1) {
    const bytes = readRegular(place, failure);
    const receiptBytes = readRegular(receiptAt, failure);
    if (same(before, receiptBytes)) {
      const content = place.format.parse(bytes);
      if (content.kind === 'content') {
        return { version: versionOf(receiptBytes, content.value), receiptBytes, content };
      }
      throw failed(place, failure, `"${place.path}" cannot be read: ${content.why}.`);
    }
    before = receiptBytes;
  }
  throw failed(place, failure, `"${place.path}" cannot be read: it keeps changing. Run again later.`);
}

/** The snapshot as the engine sees it. A receipt that cannot be read is a state, not an error. */
export function stateOf({ version, receiptBytes, content }: Snapshot): DestinationState {
  return {
    version,
    receipt: receiptBytes === undefined ? { kind: 'none' } : parseReceipt(receiptBytes.toString()),
    value:
      content.value === undefined
        ? { kind: 'absent' }
        : { kind: 'held', value: new SecretValue(content.value.toString()) },
  };
}

/** Names the pair; the lengths keep one from running into the other. */
export function versionOf(receiptBytes: Buffer | undefined, value: Buffer | undefined): string {
  const lengths = Buffer.from(`${receiptBytes?.length ?? 'none'} ${value?.length ?? 'none'} `);
  const parts = [versionKey, lengths, receiptBytes, value].filter((part) => part !== undefined);
  return hash('sha256', Buffer.concat(parts), 'base64url');
}

function same(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}
