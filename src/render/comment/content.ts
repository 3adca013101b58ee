/** What a comment or a job summary tells, before it is put into words: the data of one run of the Action. */
import type { Finding } from '../../core/errors.ts';
import type { Plan } from '../../core/plan/types.ts';
import type { SetReport } from '../../core/report.ts';
import type { SetStatus } from '../../core/status.ts';
import type { Digests } from './digests.ts';

/** How far a run is. */
type RunState =
  | { readonly kind: 'validated' }
  | { readonly kind: 'planned' }
  | { readonly kind: 'applying' }
  | { readonly kind: 'applied' }
  /** Everything that was allowed is done; `why` says what is not. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

export interface ShownSet {
  readonly plan: Plan;
  readonly status: SetStatus;
  /** Who carries the plan out. */
  readonly applier: 'action' | 'controller';
}

export interface Content {
  readonly label: string;
  readonly state: RunState;
  /** What the run is for. */
  readonly commit: string;
  /** Into which a merge would apply it. */
  readonly branch: string;
  readonly runUrl: string;
  readonly sets: readonly ShownSet[];
  /** What was done; undefined: nothing was to be. */
  readonly reports: readonly SetReport[] | undefined;
  readonly findings: readonly Finding[];
  /** Sentences about the run as a whole. */
  readonly remarks: readonly string[];
  /** What merging the pull request approves; undefined where nothing is approved by this. */
  readonly digests: Digests | undefined;
  /** Owner hash → name, of those that are known. */
  readonly owners: ReadonlyMap<string, string>;
}
