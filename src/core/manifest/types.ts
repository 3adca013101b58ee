/**
 * A manifest after parsing: defaults merged, durations in milliseconds, scopes and CIDR blocks normalised,
 * destinations ordered. Nothing after this point looks at YAML again.
 */
import type { Position } from '../errors.ts';
import type { TokenSpec } from '../spec.ts';

/** One `TokenSet` document. */
export interface TokenSet {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly position: Position;
  /** The folder of its file; relative paths of destinations start there. */
  readonly folder: string;
  /** Undefined when `issuer` says who issues. */
  readonly provider: ProviderReference | undefined;
  /** The name of a `ClusterTokenIssuer`. */
  readonly issuer: string | undefined;
  readonly ownerId: string | undefined;
  readonly formerOwners: readonly { readonly ownerId: string; readonly name: string }[];
  readonly suspend: boolean;
  readonly deletionPolicy: 'Revoke' | 'Retain';
  readonly users: readonly ApplicationUser[];
  /** Every token of every application user, then the personal ones, in the order of the document. */
  readonly declarations: readonly Declaration[];
  readonly guards: Guards;
  /** In a cluster: the Secret that holds the token for GitHub secrets. */
  readonly githubCredentials?: SecretKeyReference;
}

/** A key of a Secret in the namespace of whoever names it. */
interface SecretKeyReference {
  readonly name: string;
  readonly key: string;
}

export interface ProviderReference {
  /** `aiven`, `determined`: which descriptor and adapter. */
  readonly kind: string;
  /** The output of the descriptor's schema. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly position: Position;
}

export interface ApplicationUser {
  readonly name: string;
  /** False: it must exist already. */
  readonly create: boolean;
  readonly state: 'Present' | 'Absent';
  readonly position: Position;
}

/** One token entry, named `user/token`; a personal one `me/token`. */
export interface Declaration {
  readonly name: string;
  readonly user: string;
  readonly personal: boolean;
  readonly position: Position;
  readonly state: 'Present' | 'Absent' | 'Moved';
  readonly description: string;
  readonly spec: TokenSpec;
  /** Its own `suspend`, or the set's. */
  readonly suspend: boolean;
  readonly rotation: Rotation;
  /** In the order they are written; the first one's receipt is the fence of every rotation. */
  readonly deliverTo: readonly DestinationReference[];
  /** Where its fields are written, if they are: on the token or in the defaults. For findings only. */
  readonly fieldPositions?: Readonly<Partial<Record<JudgedField, Position>>>;
}

/** The fields that an issuer's policy is about. */
export type JudgedField = 'scopes' | 'maxAge' | 'ipAllowlist' | 'overlap';

export interface Rotation {
  /** Undefined when the token never expires. */
  readonly renewBeforeMs: number | undefined;
  readonly everyMs: number | undefined;
  readonly overlapMs: number;
  /** Undefined: the old token's idleness is not awaited. `atMostMs` includes the overlap. */
  readonly idle: { readonly forMs: number; readonly atMostMs: number } | undefined;
  readonly trigger: string | undefined;
  readonly compromised: string | undefined;
}

export interface DestinationReference {
  /** `file`, `githubSecret`, `kubernetesSecret`: which descriptor and adapter. */
  readonly kind: string;
  /** As receipts name it, such as `file/Dotenv:secrets/aiven.env#AIVEN_TOKEN`. */
  readonly key: string;
  /** What tells it from every other destination of the run. */
  readonly identity: string;
  /** Who may read what is delivered there, in words, where the manifest decides that. */
  readonly readers?: string;
  /** The output of the descriptor's schema. */
  readonly ref: unknown;
  readonly local: boolean;
  readonly position: Position;
}

interface Guards {
  readonly maxRevokePercent: number;
  readonly minTokens: number;
  readonly acknowledge: readonly { readonly rule: string; readonly digest: string }[];
}

/** One `ClusterTokenIssuer` document. */
export interface Issuer {
  readonly name: string;
  readonly position: Position;
  readonly provider: ProviderReference;
  /** Names of namespaces; others are admitted by the selector only. */
  readonly allowedNamespaces: readonly string[];
  /** Labels that admit a namespace that has all of them. */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly policy: Policy;
}

/** What an issuer allows. An undefined field allows everything; an empty list allows nothing. */
export interface Policy {
  /** Globs; `{namespace}` stands for the asking namespace. */
  readonly allowedUsers: readonly string[] | undefined;
  /** Globs. */
  readonly allowedScopes: readonly string[] | undefined;
  readonly longestMaxAgeMs: number | undefined;
  readonly requireMaxAge: boolean;
  readonly requireIpAllowlist: boolean;
  /** CIDR blocks that every block of an allowlist must lie in. */
  readonly allowedCidrs: readonly string[] | undefined;
  readonly shortestOverlapMs: number | undefined;
  /** Globs; what they do not admit is ignored (`ownerId`) or refused (`formerOwners`). */
  readonly allowedOwnerIds: readonly string[];
}

/** All documents of one run. */
export interface Manifest {
  readonly sets: readonly TokenSet[];
  readonly issuers: readonly Issuer[];
}
