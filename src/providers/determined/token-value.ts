/**
 * What a token value tells offline. It is a PASETO v2.public: readable by anybody, signed with a key that the
 * master does not publish, so what it says is a claim until the master has taken it.
 */
import * as z from 'zod';
import type { SecretValue } from '../../core/secret.ts';
import { parseJson } from '../../net/json.ts';

const payload = z.object({
  id: z.number().int().positive(),
  user_id: z.number().int().positive(),
  created_at: z.string(),
  token_type: z.enum(['ACCESS_TOKEN', 'USER_SESSION']),
});

export interface ValueClaims {
  readonly id: string;
  readonly userId: string;
  /** Milliseconds since the epoch; finer digits are cut, as they are from the list's times. */
  readonly createdAt: number;
  readonly isAccessToken: boolean;
}

const header = 'v2.public.';
/** The footer is `null`, and part of what is signed. */
const footer = '.bnVsbA';
const signatureBytes = 64;

/** @returns undefined when it does not look like a token of a Determined master */
export function readValue(value: SecretValue): ValueClaims | undefined {
  const text = value.reveal();
  if (!text.startsWith(header) || !text.endsWith(footer)) return undefined;
  const signed = Buffer.from(text.slice(header.length, -footer.length), 'base64url');
  const parsed = payload.safeParse(parseJson(signed.subarray(0, -signatureBytes).toString('utf8')));
  if (!parsed.success) return undefined;
  const { id, user_id, created_at, token_type } = parsed.data;
  return {
    id: String(id),
    userId: String(user_id),
    createdAt: Date.parse(created_at),
    isAccessToken: token_type === 'ACCESS_TOKEN',
  };
}
