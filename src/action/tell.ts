/**
 * Tells merged pull requests how far the run is that applies them, in their comments of ours. They keep the
 * digests of what was not applied, for the run after this one.
 */
import { ProviderError } from '../core/errors.ts';
import type { Pass } from '../engine/reconcile.ts';
import { renderComment } from '../render/comment/comment.ts';
import type { Content } from '../render/comment/content.ts';
import { type Digests, subtractDigests, withoutDigests } from '../render/comment/digests.ts';
import { isUnapplied, withState } from '../render/comment/state.ts';
import { type Approval, findHeadApproval, findStanding } from './approvals.ts';
import type { ActionContext } from './context.ts';
import { emptyContent } from './content.ts';
import { branchOf } from './head.ts';
import { overwriteComment, writeOver } from './sticky.ts';

/**
 * The pull requests to tell: those that approved something this run is about to do; where it goes on with
 * what an earlier run left, the one that was merged last.
 */
export async function findConcerned(
  context: ActionContext,
  approvals: readonly Approval[],
  own: Pass,
): Promise<readonly Approval[]> {
  const concerned = approvals.filter((approval) => concerns(approval, own));
  if (concerned.length > 0 || context.inputs.comment === 'off') return concerned;
  return await findHeadApproval(context, branchOf(context));
}

function concerns({ digests }: Approval, own: Pass): boolean {
  return own.sets.some(({ plan }) => {
    const approved = new Set(digests.get(plan.set));
    return plan.changes.some(({ digest }) => digest !== undefined && approved.has(digest));
  });
}

/**
 * Takes back what was applied wherever it was approved: the same change is another one the next time. In the
 * comments of `told` it was taken back already.
 *
 * @returns warnings about approvals that still stand
 */
export async function useUp(
  context: ActionContext,
  { used, told }: { readonly used: Digests; readonly told: readonly Approval[] },
): Promise<readonly string[]> {
  const { github, inputs } = context;
  if (used.size === 0 || !github || inputs.approve === 'off') return [];
  const except = new Set(inputs.comment === 'off' ? [] : told.map(({ comment }) => comment.id));
  try {
    const { approvals, gap } = await findStanding(context, {
      branch: branchOf(context),
      wanted: used,
      except,
    });
    const warnings = gap === undefined ? [] : [maybeStanding(gap)];
    for (const { comment } of approvals) {
      const warning = await writeOver(context, { id: comment.id, body: withoutDigests(comment.body, used) });
      if (warning !== undefined) warnings.push(warning);
    }
    return warnings;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return [maybeStanding(error.message)];
  }
}

function maybeStanding(why: string): string {
  return `What was applied may stay approved by another pull request, because ${why.replace(/\.$/, '')}.`;
}

/**
 * @param used what was applied, and is no longer approved
 * @returns warnings about comments that could not be written
 */
export async function tell(
  context: ActionContext,
  approvals: readonly Approval[],
  content: Content,
  used: Digests = new Map(),
): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const { comment, digests } of approvals) {
    const body = renderComment({ ...content, digests: subtractDigests(digests, used) });
    const warning = await overwriteComment(context, { id: comment.id, body });
    if (warning !== undefined) warnings.push(warning);
  }
  return warnings;
}

/**
 * For a run that ends before it has a plan to show: the comment of the pull request that was merged last
 * keeps its plan, and no longer says that it is only planned. What GitHub says to that changes nothing more.
 */
export async function tellEarlyEnd(context: ActionContext, why: string): Promise<void> {
  const { inputs, signal } = context;
  if (inputs.comment === 'off' || signal.aborted) return;
  try {
    const state = { kind: 'failed', why } as const;
    for (const { comment } of await findHeadApproval(context, branchOf(context))) {
      if (!isUnapplied(comment.body)) continue;
      const body = withState(comment.body, { ...emptyContent(context), state });
      if (body !== undefined) await overwriteComment(context, { id: comment.id, body });
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
  }
}
