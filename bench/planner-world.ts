/**
 * A world for the planner, of any size, built in memory: declarations in the situations that an ordinary day
 * brings, with what the provider and the destinations would show of them.
 */
import { formatDescription, hashOwner } from '../src/core/mark.ts';
import type { Declaration, DestinationReference, TokenSet } from '../src/core/manifest/types.ts';
import type { Reading, TokenRecord } from '../src/core/observation.ts';
import type { Owner, PlanInput } from '../src/core/plan/types.ts';
import type { Receipt } from '../src/core/receipt.ts';
import { hashSpec, type TokenSpec } from '../src/core/spec.ts';
import { aivenDescriptor } from '../src/providers/aiven/descriptor.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.parse('2026-11-20T12:00:00Z');
const at = 'aiven/org1';
const ownerId = 'bench-k3x9ab';
const position = { file: 'tokens.yaml', line: 7, column: 9 };
const owner: Owner = { hash: hashOwner(ownerId, 'bench'), former: new Map(), explicit: true };
const tokensPerUser = 20;

/** One in eight each, but `current`: every other one. */
const situations = [
  'current',
  'rotated',
  'current',
  'due',
  'current',
  'changed',
  'current',
  'orphan',
] as const;
type Situation = (typeof situations)[number];

/** What is gathered of one user after the other. */
interface Draft {
  readonly declarations: Declaration[];
  readonly readings: Map<string, Reading>;
  readonly rows: Map<string, TokenRecord[]>;
  tokens: number;
}

/**
 * So many listed tokens and few more; one in 16 is unmanaged, one in 64 of a declaration that was removed.
 */
export function buildPlanInput(size: number): PlanInput {
  const draft: Draft = { declarations: [], readings: new Map(), rows: new Map(), tokens: 0 };
  for (let rank = 0; draft.tokens < size; rank++) {
    const user = `user-${Math.floor(draft.tokens / tokensPerUser)}`;
    const name = `${user}/token-${rank}`;
    if (rank % 16 === 15) addToken(draft, user, { ...issued(name, `u${rank}`), description: 'by hand' });
    else if (rank % 64 === 62) addToken(draft, user, issued(name, `r${rank}`));
    else declare(draft, { user, name }, situations[rank % situations.length] ?? 'current');
  }
  return finish(draft);
}

function declare(
  draft: Draft,
  { user, name }: { readonly user: string; readonly name: string },
  situation: Situation,
): void {
  const generation = situation === 'rotated' ? 2 : 1;
  const spec = situation === 'changed' ? specOf('services:write') : specOf();
  const ageMs = situation === 'due' ? 80 * day : 10 * day;
  const current = `${name}#${generation}`;
  addToken(draft, user, issued(name, current, { generation, ageMs }));
  if (situation === 'rotated') addToken(draft, user, issued(name, `${name}#1`, { ageMs: 70 * day }));
  if (situation === 'orphan') addToken(draft, user, issued(name, `${name}#lost`, { ageMs: hour }));
  const destination = destinationOf(name);
  const previous = [{ id: `${name}#1`, generation: 1, revokeNotBefore: now - 9 * day, overlap: day }];
  const receipt = receiptOf(name, { id: current, generation, issuedAt: now - ageMs });
  draft.readings.set(destination.identity, {
    kind: 'read',
    version: 'v1',
    receipt: {
      kind: 'receipt',
      receipt: { ...receipt, previous: situation === 'rotated' ? previous : [] },
    },
    value: { kind: 'held', tokenId: current },
  });
  draft.declarations.push(declarationOf({ user, name }, { spec, destination }));
}

function addToken(draft: Draft, user: string, token: TokenRecord): void {
  const rows = draft.rows.get(user);
  if (rows) rows.push(token);
  else draft.rows.set(user, [token]);
  draft.tokens++;
}

function specOf(...more: readonly string[]): TokenSpec {
  const maxAgeSeconds = (90 * day) / 1_000;
  return { scopes: ['projects:read', ...more], maxAgeSeconds, extendWhenUsed: false, ipAllowlist: [] };
}

function issued(
  name: string,
  id: string,
  { generation = 1, ageMs = 10 * day }: { readonly generation?: number; readonly ageMs?: number } = {},
): TokenRecord {
  const spec = specOf();
  const specHash = hashSpec(name.split('/')[0] ?? '', spec) ?? '';
  const mark = { owner: owner.hash, declaration: name, generation, specHash, nonce: 'abcdef' };
  return {
    id,
    description: formatDescription('Deploys services', mark),
    createdAt: now - ageMs,
    expiresAt: now - ageMs + 90 * day,
    lastUsedAt: now - day,
    lastUsedFrom: '203.0.113.7',
    lastUserAgent: 'curl/8.9.1',
    spec,
    own: false,
  };
}

function destinationOf(name: string): DestinationReference {
  const key = `file/Raw:secrets/${name}`;
  return { kind: 'file', key, identity: key, ref: {}, local: true, position };
}

function receiptOf(
  name: string,
  {
    id,
    generation,
    issuedAt,
  }: { readonly id: string; readonly generation: number; readonly issuedAt: number },
): Receipt {
  const spec = hashSpec(name.split('/')[0] ?? '', specOf()) ?? '';
  return {
    v: 1,
    owner: owner.hash,
    token: name,
    at,
    current: { id, generation, spec, issuedAt, deliveredAt: issuedAt, updatedAt: null },
    pending: null,
    previous: [],
    handled: { trigger: [], compromised: [] },
    destinations: [destinationOf(name).key],
  };
}

function declarationOf(
  { user, name }: { readonly user: string; readonly name: string },
  { spec, destination }: { readonly spec: TokenSpec; readonly destination: DestinationReference },
): Declaration {
  return {
    name,
    user,
    personal: false,
    position,
    state: 'Present',
    description: 'Deploys services',
    spec,
    suspend: false,
    rotation: {
      renewBeforeMs: 14 * day,
      everyMs: undefined,
      overlapMs: day,
      idle: { forMs: hour, atMostMs: 7 * day },
      trigger: undefined,
      compromised: undefined,
    },
    deliverTo: [destination],
  };
}

function finish({ declarations, readings, rows }: Draft): PlanInput {
  const names = [...rows.keys()];
  const records = names.map((name) => ({ id: name, name, personal: false, at, createdAt: now - 100 * day }));
  const listed = ([name, tokens]: readonly [string, readonly TokenRecord[]]) =>
    [name, { kind: 'listed' as const, tokens, twice: true }] as const;
  const set: TokenSet = {
    name: 'bench',
    namespace: undefined,
    position,
    folder: '.',
    provider: { kind: 'aiven', config: {}, position },
    issuer: undefined,
    ownerId,
    formerOwners: [],
    suspend: false,
    deletionPolicy: 'Revoke',
    users: names.map((name) => ({ name, create: true, state: 'Present', position })),
    declarations,
    guards: { maxRevokePercent: 25, minTokens: 4, acknowledge: [] },
  };
  return {
    set,
    title: 'aiven org1',
    owner,
    capabilities: aivenDescriptor.capabilities,
    observation: {
      now,
      begunAt: now,
      users: { kind: 'listed', at, users: records },
      me: undefined,
      tokens: new Map([...rows].map(listed)),
      readings,
      dropped: new Map(),
      swept: true,
      refused: new Set(),
      backOff: new Map(),
    },
    requests: {
      rotate: new Set(),
      only: undefined,
      destroy: false,
      acknowledge: new Set(),
      approved: 'all',
    },
    neighbours: [],
  };
}
