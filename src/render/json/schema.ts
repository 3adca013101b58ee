/**
 * The shape of every JSON output, versioned as manifests are. The schemas here are the source of the types,
 * of `docs/schema/output.schema.json`, and of the check when a saved plan is read again. Times are RFC 3339,
 * durations seconds; what is not known or not there is null, so that every key is always present. No field
 * can hold a token value.
 */
import * as z from 'zod';

export const apiVersion = 'keyturn.dev/v1alpha1';

const Version = z.literal(apiVersion);
const Time = z.iso.datetime().describe('RFC 3339, in UTC, by the clock of the provider');
const MaybeTime = Time.nullable();
const Digest = z.string().regex(/^[0-9a-f]{12}$/);
const ChangeDigest = z.string().regex(/^[0-9a-f]{20}$/);
const Count = z.int().min(0);
const Text = z.string().nullable();

const ChangeKinds = z.enum([
  'createUser',
  'removeUser',
  'create',
  'rotate',
  'update',
  'deliver',
  'mend',
  'drain',
  'withdraw',
  'revoke',
  'keep',
]);

const Spec = z
  .object({
    scopes: z.array(z.string()).describe('Empty: not restricted'),
    maxAgeSeconds: z.number().nullable().describe('Null: never expires, or the default of the provider'),
    extendWhenUsed: z.boolean(),
    ipAllowlist: z.array(z.string()).describe('CIDR blocks; empty: usable from anywhere'),
  })
  .meta({ id: 'Spec' });

const Field = z.object({ field: z.string(), old: z.string(), new: z.string(), widens: z.boolean() });

const Change = z
  .object({
    kind: ChangeKinds,
    subject: z.string().describe('USER/TOKEN, or the name of an application user'),
    reason: z.string().describe('A stable machine word, such as RotationDue'),
    cause: z.enum(['config', 'drift', 'clock']),
    message: z.string(),
    notes: z.array(z.string()),
    fields: z.array(Field),
    digest: ChangeDigest.nullable().describe('Of a config change: what an approval names'),
    approved: z.boolean(),
    userId: Text.describe('Whose token is acted on, or the user that is removed'),
    tokenId: Text.describe('The token that is acted on; null where there is none, or none yet'),
    generation: z.int().min(0).nullable().describe('Of the token that is issued, drained or revoked'),
    spec: Spec.nullable().describe('What is issued'),
    destinations: z.array(z.string()).nullable().describe('Where it is delivered'),
    from: Text.describe('The destination that is read or emptied'),
    to: Text.describe('The destination that is written'),
    nextDueAt: MaybeTime,
  })
  .meta({ id: 'Change' });

const Refusal = z
  .object({
    rule: z.string(),
    message: z.string(),
    waiver: Text.describe('The word for --acknowledge; null when nothing waives it'),
    digest: Digest,
    stops: z.array(z.string()),
  })
  .meta({ id: 'Refusal' });

const Plan = z
  .object({
    set: z.string(),
    title: z.string().describe('The provider in words'),
    ownerId: z.string(),
    now: Time,
    digest: Digest.describe('Over the digests of all config changes'),
    changes: z.array(Change),
    refusals: z.array(Refusal),
    warnings: z.array(z.string()),
    counts: z.object({
      declared: Count,
      owned: Count,
      unmanaged: Count,
      foreign: z.record(z.string(), Count).describe('Owner hash to number of tokens'),
    }),
    nextDue: z.object({ subject: z.string(), at: Time }).nullable(),
  })
  .meta({ id: 'Plan' });

const Entry = z
  .object({
    change: Change,
    outcome: z.enum(['done', 'failed', 'refused', 'left']),
    detail: Text,
  })
  .meta({ id: 'Entry' });

const Declaration = z
  .object({
    name: z.string(),
    health: z.enum([
      'suspended',
      'absent',
      'expired',
      'overdue',
      'blocked',
      'missing',
      'due',
      'rotating',
      'ok',
    ]),
    reason: Text,
    message: Text,
    user: z.string(),
    userId: Text,
    tokenId: Text,
    generation: z.int().min(1).nullable(),
    issuedAt: MaybeTime,
    expiresAt: MaybeTime,
    lastUsedAt: MaybeTime,
    lastUsedFrom: Text,
    nextDueAt: MaybeTime,
    previous: z.array(
      z.object({ id: z.string(), generation: z.int().min(0), revokeNotBefore: Time, alive: z.boolean() }),
    ),
    destinations: z.array(
      z.object({
        key: z.string(),
        state: z.enum(['current', 'lacks', 'unread', 'changed', 'taken']),
        why: Text,
      }),
    ),
  })
  .meta({ id: 'Declaration' });

const TellsLastUse = z
  .boolean()
  .describe('Whether the provider tells last use; if not, null under lastUsedAt says nothing');

const Token = z
  .object({
    user: z.string(),
    userId: z.string(),
    tokenId: z.string(),
    owner: z.enum(['owned', 'foreign', 'unmanaged']),
    ownerName: Text.describe('The set of this run, or the name or hash of the other owner'),
    declaration: Text,
    generation: z.int().min(1).nullable(),
    description: z.string().describe('Without the mark'),
    createdAt: Time,
    expiresAt: MaybeTime,
    lastUsedAt: MaybeTime,
    lastUsedFrom: Text,
    tellsLastUse: TellsLastUse,
    state: z.enum(['live', 'revoked', 'expired']),
    ownCredential: z.boolean().describe('The credential that made this list'),
  })
  .meta({ id: 'Token' });

const Finding = z
  .object({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    message: z.string(),
    file: z.string(),
    line: z.int(),
    column: z.int(),
  })
  .meta({ id: 'Finding' });

export const PlanOutput = z.object({ apiVersion: Version, kind: z.literal('Plan'), sets: z.array(Plan) });
const ReportOutput = z.object({
  apiVersion: Version,
  kind: z.literal('Report'),
  sets: z.array(z.object({ plan: Plan, entries: z.array(Entry) })),
});
const StatusOutput = z.object({
  apiVersion: Version,
  kind: z.literal('Status'),
  sets: z.array(
    z.object({
      set: z.string(),
      title: z.string(),
      ownerId: z.string(),
      now: Time,
      tellsLastUse: TellsLastUse,
      declarations: z.array(Declaration),
    }),
  ),
});
const TokensOutput = z.object({
  apiVersion: Version,
  kind: z.literal('Tokens'),
  now: Time,
  tokens: z.array(Token),
});
const FindingsOutput = z.object({
  apiVersion: Version,
  kind: z.literal('Findings'),
  findings: z.array(Finding),
});
const ValidationOutput = z.object({
  apiVersion: Version,
  kind: z.literal('Validation'),
  valid: z.boolean().describe('No finding is an error'),
  sets: z.array(z.object({ name: z.string(), declarations: Count })),
  findings: z.array(Finding),
});

export type PlanOutput = Readonly<z.output<typeof PlanOutput>>;
export type SavedSet = PlanOutput['sets'][number];
export type SavedChange = SavedSet['changes'][number];
export type ReportOutput = Readonly<z.output<typeof ReportOutput>>;
export type StatusOutput = Readonly<z.output<typeof StatusOutput>>;
export type TokensOutput = Readonly<z.output<typeof TokensOutput>>;
export type FindingsOutput = Readonly<z.output<typeof FindingsOutput>>;
export type ValidationOutput = Readonly<z.output<typeof ValidationOutput>>;

/** The JSON Schema of all of them, as `docs/schema/output.schema.json` holds it. */
function outputJsonSchema(): Record<string, unknown> {
  const Output = z.discriminatedUnion('kind', [
    PlanOutput,
    ReportOutput,
    StatusOutput,
    TokensOutput,
    FindingsOutput,
    ValidationOutput,
  ]);
  const { $schema, ...schema } = z.toJSONSchema(Output, { target: 'draft-7' });
  return { $schema, title: 'Output of keyturn --output json', ...schema };
}

/** The text of `docs/schema/output.schema.json`. */
export function formatOutputSchema(): string {
  return `${JSON.stringify(outputJsonSchema(), null, 2)}\n`;
}
