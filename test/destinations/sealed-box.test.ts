// What we seal, libsodium opens.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sodium from 'libsodium-wrappers';
import { SecretValue } from '../../src/core/secret.ts';
import { seal } from '../../src/destinations/sealed-box.ts';

await sodium.ready;
const base64 = sodium.base64_variants.ORIGINAL;

function open(box: string, keys: { publicKey: Uint8Array; privateKey: Uint8Array }): string {
  const bytes = sodium.from_base64(box, base64);
  return sodium.to_string(sodium.crypto_box_seal_open(bytes, keys.publicKey, keys.privateKey));
}

describe('a sealed box', () => {
  it('is opened by libsodium, whatever it holds and for whatever key', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 }).filter((one) => one.isWellFormed());
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(text, seed, (value, bytes) => {
        const keys = sodium.crypto_box_seed_keypair(bytes);
        const box = seal(sodium.to_base64(keys.publicKey, base64), new SecretValue(value));
        expect(open(box, keys)).toBe(value);
      }),
      { numRuns: 300 },
    );
  });

  it('holds as much as GitHub takes', () => {
    const keys = sodium.crypto_box_keypair();
    const value = 'ü'.repeat(24 * 1024);
    const box = seal(sodium.to_base64(keys.publicKey, base64), new SecretValue(value));
    expect(open(box, keys)).toBe(value);
  });

  it('is another one every time', () => {
    const key = sodium.to_base64(sodium.crypto_box_keypair().publicKey, base64);
    const boxes = Array.from({ length: 20 }, () => seal(key, new SecretValue('same')));
    expect(new Set(boxes.map((box) => box.slice(0, 40))).size).toBe(20);
  });

  it.each([
    ['too short', 'AAAA', '3 bytes'],
    ['of low order', Buffer.alloc(32).toString('base64'), 'not one that a box can be sealed for'],
    ['empty', '', '0 bytes'],
  ])('is not made for a key that is %s', (_, key, why) => {
    expect(() => seal(key, new SecretValue('x'))).toThrow(why);
  });
});
