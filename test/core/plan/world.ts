/**
 * A small world for planning tests, in which everything is well: one set, one user, one declaration with one
 * delivered token. A test changes what its sentence is about and nothing else.
 */
import type { ProviderCapabilities } from '../../../src/core/descriptor.ts';
import { formatDescription, hashOwner } from '../../../src/core/mark.ts';
import type {
  Observation,
  Reading,
  TokenRecord,
  Tokens,
  UserRecord,
  ValueReading,
} from '../../../src/core/observation.ts';
import { plan } from '../../../src/core/plan/plan.ts';
import type { Change, Neighbour, Owner, Plan, PlanInput, Requests } from '../../../src/core/plan/types.ts';
import type { DestinationReference } from '../../../src/core/manifest/types.ts';
import { formatTargets } from '../../../src/core/targets.ts';
import type { Previous, Receipt, ReceiptReading } from '../../../src/core/receipt.ts';
import { hashSpec } from '../../../src/core/spec.ts';
import { buildSet, day, minute, type SetOptions, spec } from './manifest.ts';

export { day, declare, destination, hour, minute, spec } from './manifest.ts';

/** The provider's time in every test. */
export const now = Date.parse('2026-11-20T12:00:00Z');
export const at = 'aiven/org1';
export const owner: Owner = {
  hash: hashOwner('payments-k3x9ab', 'payments'),
  former: new Map(),
  explicit: false,
};
export const stranger = hashOwner('someone-else', 'payments');

export const user: UserRecord = { id: 'u1', name: 'ci', personal: false, at, createdAt: now - 100 * day };

interface TokenOptions extends Partial<TokenRecord> {
  readonly generation?: number;
  readonly declaration?: string;
  readonly owner?: string;
  readonly nonce?: string;
  /** Destinations that its mark names; undefined: a mark of the first format. */
  readonly to?: readonly DestinationReference[];
}

/** A live token with our mark, ten days old. */
export function token(id: string, options: TokenOptions = {}): TokenRecord {
  const createdAt = options.createdAt ?? now - 10 * day;
  const of = options.spec ?? spec();
  const mark = {
    owner: options.owner ?? owner.hash,
    declaration: options.declaration ?? 'ci/deploy',
    generation: options.generation ?? 1,
    specHash: hashSpec((options.declaration ?? 'ci/deploy').split('/')[0] ?? '', of) ?? '',
    nonce: options.nonce ?? 'aaaaaa',
    ...(options.to ? { targets: formatTargets(options.to) } : {}),
  };
  const lifetime = of.maxAgeSeconds === undefined ? undefined : createdAt + of.maxAgeSeconds * 1_000;
  return {
    id,
    description: options.description ?? formatDescription('Deploys', mark),
    createdAt,
    expiresAt: 'expiresAt' in options ? options.expiresAt : lifetime,
    lastUsedAt: options.lastUsedAt,
    lastUsedFrom: options.lastUsedFrom,
    lastUserAgent: options.lastUserAgent,
    spec: of,
    own: options.own ?? false,
  };
}

export function receipt(
  id: string | null,
  changes: Partial<Receipt> & { generation?: number } = {},
): Receipt {
  const { generation = 1, ...rest } = changes;
  const deliveredAt = now - 10 * day;
  const specHash = hashSpec('ci', spec()) ?? '';
  const current =
    id === null
      ? null
      : { id, generation, spec: specHash, issuedAt: deliveredAt, deliveredAt, updatedAt: null };
  return {
    v: 1,
    owner: owner.hash,
    token: 'ci/deploy',
    at,
    current,
    pending: null,
    previous: [],
    handled: { trigger: [], compromised: [] },
    destinations: ['kubernetesSecret/a'],
    ...rest,
  };
}

export function previous(id: string, changes: Partial<Previous> = {}): Previous {
  return { id, generation: 1, revokeNotBefore: now - minute, overlap: day, ...changes };
}

/** What is read at a destination: a receipt, and the value of its current token unless said otherwise. */
export function reading(found: Receipt | ReceiptReading | undefined, value?: ValueReading): Reading {
  const wrapped: ReceiptReading =
    found === undefined ? { kind: 'none' } : 'kind' in found ? found : { kind: 'receipt', receipt: found };
  const id = wrapped.kind === 'receipt' ? wrapped.receipt.current?.id : undefined;
  const held: ValueReading = id === undefined ? { kind: 'absent' } : { kind: 'held', tokenId: id };
  return { kind: 'read', version: 'v1', receipt: wrapped, value: value ?? held };
}

export function listed(tokens: readonly TokenRecord[], twice = true): Tokens {
  return { kind: 'listed', tokens, twice };
}

export interface World extends SetOptions {
  readonly tokens?: readonly TokenRecord[] | Tokens;
  /** By destination name as given to `destination()`. */
  readonly places?: Readonly<Record<string, Reading>>;
  readonly observation?: Partial<Observation>;
  readonly owner?: Owner;
  readonly requests?: Partial<Requests>;
  readonly capabilities?: Partial<ProviderCapabilities>;
  readonly neighbours?: readonly Neighbour[];
}

const capabilities: ProviderCapabilities = {
  scopes: { known: [], most: 100 },
  ipAllowlist: { most: 100 },
  extendWhenUsed: true,
  lastUsed: true,
  updateDescription: { application: false, personal: true },
  descriptionLimit: 1_000,
  maxAgeSeconds: { min: 600, max: 315_360_000 },
  personalTokenQuota: 10,
  expiresWithoutMaxAge: false,
  removesUsers: true,
  massRevocation: undefined,
};

/** Plans the world. Untouched, its one declaration is current. */
export function planOf(world: World = {}): Plan {
  return plan(inputOf(world));
}

/** What the plan of the world is made from. */
export function inputOf(world: World = {}): PlanInput {
  const set = buildSet(world);
  const tokens = world.tokens ?? [token('t1')];
  const places = world.places ?? { a: reading(receipt('t1')) };
  const readings = Object.entries(places).map(([name, found]): [string, Reading] => [
    `${name.startsWith('file:') ? 'file' : 'kubernetesSecret'}/${name.replace('file:', '')}`,
    found,
  ]);
  return {
    set,
    title: 'aiven org1',
    owner: world.owner ?? owner,
    capabilities: { ...capabilities, ...world.capabilities },
    observation: {
      now,
      begunAt: now,
      users: { kind: 'listed', at, users: [user] },
      me: undefined,
      tokens: new Map([['u1', 'kind' in tokens ? tokens : listed(tokens)]]),
      readings: new Map(readings),
      dropped: new Map(),
      swept: true,
      refused: new Set(),
      backOff: new Map(),
      ...world.observation,
    },
    requests: {
      rotate: new Set(),
      only: undefined,
      destroy: false,
      acknowledge: new Set(),
      approved: 'all',
      ...world.requests,
    },
    neighbours: world.neighbours ?? [],
  };
}

/** `kind reason cause` of every change, the shape that a row of the planning table has. */
export function rows(made: Plan): readonly string[] {
  return made.changes.map(({ kind, reason, cause }) =>
    kind === 'keep' ? `keep ${reason}` : `${kind} ${reason} ${cause}`,
  );
}

/** The only change of a kind. */
export function only<Kind extends Change['kind']>(made: Plan, kind: Kind): Change & { kind: Kind } {
  const found = made.changes.filter((change) => change.kind === kind);
  if (found.length !== 1)
    throw new Error(`${found.length} changes of kind ${kind}: ${rows(made).join(', ')}`);
  return found[0] as Change & { kind: Kind };
}
