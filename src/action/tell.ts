/**
 * Tells merged pull requests how far the run is that applies them, in their comments of ours. They keep their
 * digests, for the run after this one.
 */
import { ProviderError } from '../core/errors.ts';
import type { Pass } from '../engine/reconcile.ts';
import { renderComment } from '../render/comment/comment.ts';
import type { Content } from '../render/comment/content.ts';
import { isUnapplied, withState } from '../render/comment/state.ts';
import { type Approval, findHeadApproval } from './approvals.ts';
import type { ActionContext } from './context.ts';
import { emptyContent } from './content.ts';
import { branchOf } from './head.ts';
import { overwriteComment } from './sticky.ts';

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

/** @returns warnings about comments that could not be written */
export async function tell(
  context: ActionContext,
  approvals: readonly Approval[],
  content: Content,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const { comment, digests } of approvals) {
    const body = renderComment({ ...content, digests });
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
