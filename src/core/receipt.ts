/**
 * The receipt: the record at a destination of which token it holds. Together the receipts are all the memory
 * keyturn has of who is being served and what waits for revocation; a receipt that cannot be read is
 * therefore never guessed over. Times are milliseconds here and RFC 3339 in the stored text.
 */
import * as z from 'zod';
import { formatDuration, parseDuration } from './duration.ts';

const Time = z.codec(z.iso.datetime({ offset: true }), z.number(), {
  decode: (text) => Date.parse(text),
  encode: (timeMs) => new Date(timeMs).toISOString(),
});
const Duration = z.codec(z.string(), z.number(), {
  decode: (text, context) => {
    const durationMs = parseDuration(text);
    if (durationMs !== undefined) return durationMs;
    context.issues.push({ code: 'custom', input: text, message: 'not a duration' });
    return z.NEVER;
  },
  encode: formatDuration,
});
const Generation = z.int().min(1);

const Schema = z.object({
  v: z.literal(1),
  owner: z.string().regex(/^[0-9a-f]{10}$/),
  token: z.string().min(1),
  at: z.string().min(1),
  current: z
    .object({
      id: z.string().min(1),
      generation: Generation,
      spec: z.string().regex(/^[0-9][0-9a-f]{7}$/),
      issuedAt: Time,
      deliveredAt: Time,
      updatedAt: z.string().nullable(),
      targets: z.string().optional(),
    })
    .nullable(),
  pending: z
    .object({ id: z.string().nullable(), generation: Generation, nonce: z.string(), since: Time })
    .nullable(),
  previous: z.array(
    z.object({
      id: z.string().min(1),
      generation: z.int().min(0),
      revokeNotBefore: Time,
      overlap: Duration,
      compromised: z.literal(true).optional(),
    }),
  ),
  handled: z.object({ trigger: z.array(z.string()), compromised: z.array(z.string()) }),
  destinations: z.array(z.string()),
  terms: z
    .object({
      provider: z.string(),
      owners: z.array(z.string()),
      overlap: Duration,
      renewBefore: Duration.optional(),
      every: Duration.optional(),
      idleFor: Duration.optional(),
      idleAtMost: Duration.optional(),
    })
    .optional(),
});

/** All that a receipt of a later keyturn is sure to hold. */
const Versioned = z.object({ v: z.int() });

/**
 * `generation` 0 in `previous` is a token whose mark was lost. `current.spec` repeats the mark's spec hash,
 * so that a token that vanished is replaced by one of the same spec (docs/adr/0003); so does
 * `current.targets` for its destinations (docs/adr/0025).
 */
export type Receipt = Readonly<z.output<typeof Schema>>;
export type Previous = Receipt['previous'][number];

/** What stands where a receipt is kept. */
export type ReceiptReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'corrupt'; readonly why: string };

/** Reads the stored text of a receipt. Never throws: what cannot be read is told, not guessed. */
export function parseReceipt(text: string): ReceiptReading {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { kind: 'corrupt', why: 'it is not JSON' };
  }
  const parsed = Schema.safeDecode(data as z.input<typeof Schema>);
  if (parsed.success) return { kind: 'receipt', receipt: parsed.data };
  const version = Versioned.safeParse(data);
  if (version.success && version.data.v > 1) return { kind: 'newer', version: version.data.v };
  const [issue] = parsed.error.issues;
  return { kind: 'corrupt', why: `its "${issue?.path.join('.') ?? ''}" is not what keyturn wrote` };
}

/** The stored text of a receipt: one line of JSON with keys in a fixed order. */
export function formatReceipt(receipt: Receipt): string {
  return JSON.stringify(z.encode(Schema, receipt));
}
