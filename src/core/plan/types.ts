/**
 * What planning takes and gives: inert data. A plan names every change with its reason in a machine word and
 * one sentence; it never holds a token value and nothing in it is executed.
 */
import type { ProviderCapabilities } from '../descriptor.ts';
import type { DestinationReference, TokenSet } from '../manifest/types.ts';
import type { Observation } from '../observation.ts';
import type { FieldChange, TokenSpec } from '../spec.ts';
import type { Target } from '../targets.ts';
import type { Terms } from '../terms.ts';

/** Who acts: the hash in marks and receipts, and the former owners whose marks count as ours. */
export interface Owner {
  readonly hash: string;
  /** Hash of a former owner → its id and set name in words. */
  readonly former: ReadonlyMap<string, string>;
  /** True when the owner id is a name in the manifest, which a copy of the manifest would share. */
  readonly explicit: boolean;
}

/** What a person asked for beyond the manifest. */
export interface Requests {
  /** Declarations to rotate now. */
  readonly rotate: ReadonlySet<string>;
  /** Plan these declarations only; undefined: everything. */
  readonly only: ReadonlySet<string> | undefined;
  /** Treat every declaration as `state: Absent`. */
  readonly destroy: boolean;
  /** Waivers by word, such as `revoke-threshold` or `take-over:ci/deploy`. */
  readonly acknowledge: ReadonlySet<string>;
  /** Digests of approved config changes; `all` where applying is itself the approval. */
  readonly approved: 'all' | ReadonlySet<string>;
}

/** What another set of the same run declares, so that a declaration that moved there is not revoked here. */
export interface Neighbour {
  readonly name: string;
  readonly owner: Owner;
  /** Those that it has not given away. */
  readonly declarations: ReadonlySet<string>;
  /** Those among them that are to end. */
  readonly ending: ReadonlySet<string>;
  /** Identities of its destinations. */
  readonly destinations: ReadonlySet<string>;
}

export interface PlanInput {
  readonly set: TokenSet;
  /** The provider in words, such as `aiven org1a23f456789`. */
  readonly title: string;
  readonly owner: Owner;
  readonly capabilities: ProviderCapabilities;
  readonly observation: Observation;
  readonly requests: Requests;
  readonly neighbours: readonly Neighbour[];
  /** Set where receipts were made up from marks, see `assume.ts`. */
  readonly assumed?: Assumed;
}

/** What is to be known about a plan that was made without reading receipts. Nothing may act on it. */
interface Assumed {
  /** How many owners have marked tokens under names of the set. */
  readonly owners: number;
  /** Sentences about what the plan cannot tell. */
  readonly warnings: readonly string[];
}

/** `config` needs approval; `drift` and `clock` do not. */
export type Cause = 'config' | 'drift' | 'clock';

/** Why a change is, or is not, made. Each has a test that names it. */
export type Reason =
  | 'Suspended'
  | 'Moved'
  | 'Unobserved'
  | 'ProviderChanged'
  | 'DestinationTaken'
  | 'Absent'
  | 'UserMissing'
  | 'MaxAgeTooLong'
  | 'Busy'
  | 'Compromised'
  | 'Missing'
  | 'ReceiptLost'
  | 'LedgerElsewhere'
  | 'Interrupted'
  | 'Renamed'
  | 'MarkLost'
  | 'Expired'
  | 'CurrentTokenGone'
  | 'Tampered'
  | 'SpecChanged'
  | 'Requested'
  | 'RotationDue'
  | 'DestinationMissing'
  | 'ReadersChanged'
  | 'TermsChanged'
  | 'HandedOver'
  | 'Withdrawn'
  | 'DescriptionChanged'
  | 'IssueBudget'
  | 'BackingOff'
  | 'QuotaReached'
  | 'AwaitingApproval'
  | 'Superseded'
  | 'Removed'
  | 'Orphaned'
  | 'PreviousGone'
  | 'Fenced'
  | 'Current';

/** A token that the next commit puts into `previous`. */
export interface Superseded {
  readonly id: string;
  readonly generation: number;
  readonly overlapMs: number;
  readonly compromised: boolean;
}

/** Everything needed to issue a token, but the nonce. */
export interface Issue {
  readonly generation: number;
  readonly spec: TokenSpec;
  readonly supersedes: readonly Superseded[];
  /** Keys of the destinations it is delivered to, in order. */
  readonly destinations: readonly string[];
  /** Those of them of which the manifest says who may read them. */
  readonly readers?: readonly Target[];
  /** Destinations that the manifest dropped while nobody approved that: they stay known. */
  readonly dropped?: readonly Target[];
  /** How many superseded tokens must have been revoked before, so that there are never too many. */
  readonly revokesFirst?: number;
  /** The manifest's `compromised` awaits an approval: this issue does not answer it. */
  readonly compromiseWaits?: true;
  /** What the receipts are to say of them. */
  readonly terms: Terms;
}

interface ChangeBase {
  /** The declaration `user/token`, or the name of the application user. */
  readonly subject: string;
  readonly reason: Reason;
  readonly cause: Cause;
  /** One sentence without a final stop, for the person who reads the plan. */
  readonly message: string;
  /** Further sentences: consequences worth knowing before applying. */
  readonly notes: readonly string[];
  readonly fields: readonly FieldChange[];
  /** Of a config change, 20 hex digits. */
  readonly digest: string | undefined;
  /** False: a config change nobody approved; apply says so and leaves it. */
  readonly approved: boolean;
}

export type Change = ChangeBase &
  (
    | { readonly kind: 'createUser' }
    | { readonly kind: 'removeUser'; readonly userId: string }
    | { readonly kind: 'create' | 'rotate'; readonly issue: Issue }
    | { readonly kind: 'update'; readonly userId: string; readonly tokenId: string; readonly human: string }
    | {
        readonly kind: 'deliver';
        readonly tokenId: string;
        readonly from: DestinationReference;
        readonly to: DestinationReference;
      }
    | { readonly kind: 'mend'; readonly mend: Mend }
    | {
        readonly kind: 'drain';
        readonly tokenId: string;
        readonly generation: number;
        readonly overlapMs: number;
      }
    | {
        readonly kind: 'withdraw';
        readonly from: DestinationReference;
        /** What is there and not ours stays. */
        readonly receiptIsOurs: boolean;
        readonly valueIsOurs: boolean;
      }
    | {
        readonly kind: 'revoke';
        readonly tokenId: string;
        readonly userId: string;
        readonly generation: number;
      }
    | { readonly kind: 'keep'; readonly nextDueAt: number | undefined; readonly refusal: Refusal | undefined }
  );

/** What a `mend` puts right. */
export type Mend =
  /** A destination holds a token of ours that its receipt does not name. */
  | { readonly what: 'receipt'; readonly at: DestinationReference; readonly tokenId: string }
  /** The token's description lost its mark and can be written again. */
  | { readonly what: 'mark'; readonly tokenId: string; readonly userId: string }
  /** Ids in `previous` that are gone from the provider. */
  | { readonly what: 'previous'; readonly ids: readonly string[] }
  /** Receipts that say other terms, or another owner, than what was approved. */
  | { readonly what: 'terms'; readonly terms: Terms }
  /** Without a receipt: a create-only receipt that takes every owned token into `previous`. */
  | {
      readonly what: 'fence';
      readonly supersedes: readonly Superseded[];
      /** Keys of destinations that are known by it. */
      readonly destinations: readonly string[];
    };

export type ChangeKind = Change['kind'];

/** A guard's veto, or a declaration that must not be touched until a person decides. */
export interface Refusal {
  readonly rule: string;
  readonly message: string;
  /** The word for `--acknowledge`; undefined when nothing waives it. */
  readonly waiver: string | undefined;
  /** Of the rule and what it counts; what `guards.acknowledge` repeats. */
  readonly digest: string;
  /** Subjects and ids of the changes it stops. */
  readonly stops: readonly string[];
}

export interface Plan {
  readonly set: string;
  readonly title: string;
  readonly ownerId: string;
  readonly now: number;
  readonly changes: readonly Change[];
  /** Refusals of declarations and of guards. */
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
  readonly counts: PlanCounts;
  /** Over the digests of all config changes, 12 hex digits. */
  readonly digest: string;
  /** The declaration due next and when. */
  readonly nextDue: { readonly subject: string; readonly at: number } | undefined;
  /** Set when the plan was made from marks alone: it is for reading, and applying it is a bug. */
  readonly assumed?: Assumed;
}

export interface PlanCounts {
  readonly declared: number;
  /** Owned tokens that were looked at. */
  readonly owned: number;
  readonly unmanaged: number;
  /** Owner hash → how many tokens. */
  readonly foreign: ReadonlyMap<string, number>;
}
