/**
 * A manifest for tests of planner and engine: one set, one user, one declaration, every default filled in.
 */
import type {
  ApplicationUser,
  Declaration,
  DestinationReference,
  TokenSet,
} from '../../../src/core/manifest/types.ts';
import type { TokenSpec } from '../../../src/core/spec.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
const position = { file: 'tokens.yaml', line: 7, column: 9 };

export function spec(changes: Partial<TokenSpec> = {}): TokenSpec {
  const seconds = (90 * day) / 1_000;
  return {
    scopes: ['projects:read'],
    maxAgeSeconds: seconds,
    extendWhenUsed: false,
    ipAllowlist: [],
    ...changes,
  };
}

export function destination(name: string, local = false): DestinationReference {
  const kind = local ? 'file' : 'kubernetesSecret';
  return { kind, key: `${kind}/${name}`, identity: `${kind}/${name}`, ref: {}, local, position };
}

export function declare(changes: Partial<Declaration> = {}): Declaration {
  const rotation = {
    renewBeforeMs: 14 * day,
    everyMs: undefined,
    overlapMs: day,
    idle: { forMs: hour, atMostMs: 7 * day },
    trigger: undefined,
    compromised: undefined,
    ...changes.rotation,
  };
  return {
    name: 'ci/deploy',
    user: 'ci',
    personal: false,
    position,
    state: 'Present',
    description: 'Deploys',
    spec: spec(),
    suspend: false,
    deliverTo: [destination('a')],
    ...changes,
    rotation,
  };
}

export interface SetOptions {
  readonly set?: Partial<TokenSet>;
  readonly users?: readonly Partial<ApplicationUser>[];
  readonly declarations?: readonly Declaration[];
}

/** One set with one user `ci` and one declaration, unless told otherwise. */
export function buildSet({ set, users = [{}], declarations = [declare()] }: SetOptions): TokenSet {
  return {
    name: 'payments',
    namespace: undefined,
    position,
    folder: '.',
    provider: { kind: 'aiven', config: {}, position },
    issuer: undefined,
    ownerId: 'payments-k3x9ab',
    formerOwners: [],
    suspend: false,
    deletionPolicy: 'Revoke',
    users: users.map((changes) => ({ name: 'ci', create: true, state: 'Present', position, ...changes })),
    declarations,
    guards: { maxRevokePercent: 25, minTokens: 4, acknowledge: [] },
    ...set,
  };
}
