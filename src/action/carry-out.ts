/**
 * Carries out what a pass planned for the sets that the Action applies, and judges how that went. Sets of a
 * cluster are only looked at.
 */
import { judgeRun, type RunJudgement } from '../core/judge-run.ts';
import type { TokenSet } from '../core/manifest/types.ts';
import type { Change } from '../core/plan/types.ts';
import type { ReportEntry, SetReport } from '../core/report.ts';
import { carryOut, type Pass } from '../engine/reconcile.ts';
import type { Digests } from '../render/comment/digests.ts';
import { applierOf } from './applier.ts';
import type { ActionContext } from './context.ts';
import { ActionFailure } from './failure.ts';
import type { Failure } from './outcome.ts';
import type { Annotation } from './runner.ts';
import { describeUnread } from './words.ts';

export interface CarriedOut {
  readonly reports: readonly SetReport[];
  readonly judgement: RunJudgement;
}

/** The part of a pass that is the Action's to carry out. */
export function ownPart(pass: Pass): Pass {
  return { ...pass, sets: pass.sets.filter(({ entry }) => applierOf(entry.set) === 'action') };
}

/** @param own what {@link ownPart} gave */
export async function carryOutOwn(context: ActionContext, own: Pass): Promise<CarriedOut> {
  context.beginApplying();
  const reports = await carryOut(own);
  return { reports, judgement: judgeRun(own.sets, reports) };
}

/** @throws ActionFailure when a set delivers to GitHub and nothing was given to write there with */
export function requireSecretsToken(sets: readonly TokenSet[], { secrets }: ActionContext): void {
  if (secrets) return;
  const needing = sets.find(
    (set) =>
      applierOf(set) === 'action' &&
      set.declarations.some(({ deliverTo }) => deliverTo.some(({ kind }) => kind === 'githubSecret')),
  );
  if (!needing) return;
  throw new ActionFailure(
    'no-credential',
    `Set "${needing.name}" delivers to GitHub secrets, and the input secrets-token is empty. The token of a` +
      ' workflow cannot write secrets: give one of a GitHub App or a fine-grained one with the permissions' +
      ' secrets: write and variables: write, for secrets of an environment environments: write.',
  );
}

/** Why a run that carried something out failed; a failure weighs more than a refusal. */
export function failureOf(
  own: Pass,
  { judgement, reports }: CarriedOut,
  context: ActionContext,
): Failure | undefined {
  const { failed, left, unread, neglected } = judgement;
  const entries = reports.flatMap((report) => report.entries);
  const firstDetail = (outcome: 'failed' | 'left') =>
    entries.find((entry) => entry.outcome === outcome)?.detail ?? '';
  if (context.stop.aborted) {
    return {
      reason: 'interrupted',
      message: 'The run was cancelled. What was in flight was finished; the next run goes on.',
    };
  }
  if (failed)
    return { reason: 'apply-failed', message: `Not everything was applied: ${firstDetail('failed')}` };
  if (left) return { reason: 'apply-failed', message: `Not everything was begun: ${firstDetail('left')}` };
  if (unread) return describeUnread(own.sets.map(({ plan }) => plan));
  const [refusal] = own.sets.flatMap(({ plan }) => plan.refusals);
  if (refusal) return { reason: 'refused', message: `Refused: ${refusal.message}.` };
  const changed = own.sets
    .flatMap(({ plan }) => plan.changes)
    .find(({ reason }) => reason === 'ProviderChanged');
  if (changed) return { reason: 'refused', message: `Refused: "${changed.subject}": ${changed.message}.` };
  const [late] = neglected;
  if (!late) return undefined;
  const message = `"${late.name}" should have been replaced long ago: ${late.message ?? late.health}.`;
  return { reason: 'overdue', message };
}

/** Digests of what was done, all of what one stands for. What was not keeps its approval. */
export function digestsDone(reports: readonly SetReport[]): Digests {
  return new Map(
    reports.map(({ plan, entries }) => {
      const digestsOf = (of: readonly ReportEntry[]) => of.flatMap(({ change }) => change.digest ?? []);
      const undone = new Set(digestsOf(entries.filter(({ outcome }) => outcome !== 'done')));
      const all = new Set(digestsOf(entries));
      return [plan.set, [...all].filter((digest) => !undone.has(digest))] as const;
    }),
  );
}

/** Config changes that nobody approved. */
export function findWaiting(own: Pass): readonly { readonly set: TokenSet; readonly change: Change }[] {
  return own.sets.flatMap(({ entry, plan }) =>
    plan.changes
      .filter(({ kind, cause, approved }) => kind !== 'keep' && cause === 'config' && !approved)
      .map((change) => ({ set: entry.set, change })),
  );
}

/** On the line of the declaration, where there is one. */
export function annotateChange(
  { set, change }: { readonly set: TokenSet; readonly change: Change },
  { severity, message }: Pick<Annotation, 'severity' | 'message'>,
): Annotation {
  const declared =
    set.declarations.find(({ name }) => name === change.subject) ??
    set.users.find(({ name }) => name === change.subject);
  return { severity, message, position: declared?.position ?? set.position };
}
