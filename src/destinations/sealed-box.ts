/**
 * Seals a value so that only the holder of a key can open it: libsodium's `crypto_box_seal`, which GitHub
 * asks for. X25519 is node:crypto's; what Node lacks (HSalsa20, XSalsa20-Poly1305, short BLAKE2b) is noble's.
 * Opens nothing.
 */
import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { blake2b } from '@noble/hashes/blake2.js';
import type { SecretValue } from '../core/secret.ts';

const keyBytes = 32;
const nonceBytes = 24;
/** How a raw X25519 public key begins when it is DER (RFC 8410). */
const derPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/**
 * @param publicKey base64 of 32 bytes
 * @returns base64 of: the public key of this box, then the sealed UTF-8 of the value
 * @throws RangeError for a key of another length, or one that no honest holder has
 */
export function seal(publicKey: string, value: SecretValue): string {
  const theirs = Buffer.from(publicKey, 'base64');
  if (theirs.length !== keyBytes) throw new RangeError(`the public key has ${theirs.length} bytes, not 32`);
  const own = generateKeyPairSync('x25519');
  const ours = own.publicKey.export({ format: 'der', type: 'spki' }).subarray(-keyBytes);
  const key = boxKey(own.privateKey, theirs);
  const nonce = blake2b(bytes(ours, theirs), { dkLen: nonceBytes });
  const sealed = xsalsa20poly1305(key, nonce).encrypt(bytes(Buffer.from(value.reveal(), 'utf8')));
  return Buffer.concat([ours, sealed]).toString('base64');
}

/** `crypto_box_beforenm`: HSalsa20 of the shared point. */
function boxKey(privateKey: KeyObject, theirs: Buffer): Uint8Array {
  const der = Buffer.concat([derPrefix, theirs]);
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const shared = sharedPoint(privateKey, publicKey);
  const key = new Uint8Array(keyBytes);
  const constant = words(bytes(Buffer.from('expand 32-byte k')));
  hsalsa(constant, words(bytes(shared)), new Uint32Array(4), words(key));
  return key;
}

function sharedPoint(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    // A point of low order: the box could be opened by anyone.
    throw new RangeError('the public key is not one that a box can be sealed for');
  }
}

/** In memory of its own, so that it is aligned for words. */
function bytes(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function words(aligned: Uint8Array): Uint32Array {
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}
