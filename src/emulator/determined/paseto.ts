// PASETO v2.public tokens: a readable payload, an Ed25519 signature over it, and the footer that base64url
// makes of `null`, which is signed too. Knows nothing of what a payload means.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

const HEADER = 'v2.public.';
const FOOTER = 'null';
const SIGNATURE_BYTES = 64;

export interface Signer {
  /** The token around a payload. */
  readonly sign: (payload: string) => string;
  /** The payload of a token of this signer; undefined for anything else. */
  readonly open: (value: string) => string | undefined;
}

/** Makes a signer of an Ed25519 key (PKCS #8, base64). */
export function createSigner(privateKeyBase64: string): Signer {
  const der = Buffer.from(privateKeyBase64, 'base64');
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return {
    sign: (payload) => {
      const bytes = Buffer.from(payload);
      const signature = sign(null, preAuthenticated(bytes), privateKey);
      const body = Buffer.concat([bytes, signature]).toString('base64url');
      return `${HEADER}${body}.${Buffer.from(FOOTER).toString('base64url')}`;
    },
    open: (value) => open(value, publicKey),
  };
}

function open(value: string, publicKey: KeyObject): string | undefined {
  const match = /^v2\.public\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(value);
  if (!match || Buffer.from(match[2] ?? '', 'base64url').toString() !== FOOTER) return undefined;
  const body = Buffer.from(match[1] ?? '', 'base64url');
  if (body.length < SIGNATURE_BYTES) return undefined;
  const payload = body.subarray(0, -SIGNATURE_BYTES);
  const signature = body.subarray(-SIGNATURE_BYTES);
  return verify(null, preAuthenticated(payload), publicKey, signature) ? payload.toString() : undefined;
}

/** PAE: the number of pieces, then each with its length, all as 64-bit little-endian. */
function preAuthenticated(payload: Buffer): Buffer {
  const pieces = [Buffer.from(HEADER), payload, Buffer.from(FOOTER)];
  return Buffer.concat([length(pieces.length), ...pieces.flatMap((piece) => [length(piece.length), piece])]);
}

function length(count: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(count));
  return bytes;
}
