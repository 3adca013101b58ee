/** What one run works with: the sets, how they reach the world, and what is remembered between passes. */
import type { DestinationReference, TokenSet } from '../core/manifest/types.ts';
import type { Assumption } from '../core/plan/assume.ts';
import type { Change, Owner, Requests } from '../core/plan/types.ts';
import type { ReportEntry } from '../core/report.ts';
import type { Destination, Provider, Runtime } from './ports.ts';

export type { ReportEntry, SetReport } from '../core/report.ts';

/** One set with the provider that issues its tokens. Sets of one issuer share one `Provider` object. */
export interface SetInRun {
  readonly set: TokenSet;
  readonly owner: Owner;
  readonly provider: Provider;
  readonly requests: Requests;
  /** Receipts are out of reach: the plan is made from marks, and carrying it out is refused. */
  readonly assume?: Assumption;
}

export interface Run {
  readonly sets: readonly SetInRun[];
  readonly runtime: Runtime;
  /** Opens a destination; undefined when this front end has no adapter for it. */
  readonly open: (reference: DestinationReference, set: TokenSet) => Destination | undefined;
  /** A destination that only a receipt names; undefined when the key is not understood. */
  readonly resolve: (key: string, set: TokenSet) => DestinationReference | undefined;
  /** List the tokens of every application user, so that tokens of removed users are seen. */
  readonly sweep: boolean;
  /** Without a sweep: users whose tokens are listed although no set of the run declares them. */
  readonly alsoList?: ReadonlySet<string>;
  /** Requests and writes in flight at once. */
  readonly concurrency: number;
  readonly memory: Memory;
  /** Aborts everything at once. */
  readonly signal: AbortSignal;
  /** Aborted when no further change may begin; the ones in flight finish. */
  readonly stop: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** What a long-lived process remembers between passes; a CLI starts with an empty one. */
export interface Memory {
  /** By set and declaration: failures in a row, and the provider's time before which nothing is issued. */
  readonly backOff: Map<string, { readonly failures: number; readonly until: number }>;
}

export function emptyMemory(): Memory {
  return { backOff: new Map() };
}

/** For progress: what is being read, and which change begins. */
export type RunEvent =
  | { readonly kind: 'listed'; readonly done: number; readonly total: number }
  | { readonly kind: 'began'; readonly set: string; readonly change: Change }
  | { readonly kind: 'ended'; readonly set: string; readonly entry: ReportEntry };
