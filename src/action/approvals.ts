/**
 * What was approved: the digests in our own comments on pull requests that were merged into the branch in the
 * last 30 days and whose merge commit the head contains. Looked for from the newest back, and no further than
 * until everything that is asked for is found.
 */
import { findComments, type Comment } from '../github/comments.ts';
import { isAncestor } from '../github/commits.ts';
import { listMergedPulls, type MergedPull } from '../github/pulls.ts';
import { type Digests, hasMarker, parseDigests } from '../render/comment/digests.ts';
import type { ActionContext } from './context.ts';
import { ActionFailure } from './failure.ts';
import { loginOf } from './identity.ts';

/** A pull request whose comment of ours was looked at. */
export interface Approval {
  readonly pull: MergedPull;
  readonly comment: Comment;
  readonly digests: Digests;
}

const dayMs = 24 * 60 * 60_000;
const approvalDays = 30;

export interface ApprovalSearch {
  /** In which branch pull requests were merged. */
  readonly branch: string;
  /** Digests that wait for an approval, by set. */
  readonly wanted: Digests;
}

/** @returns the approvals that were looked at, the newest merge first; not more than were needed */
export async function findApprovals(
  context: ActionContext,
  { branch, wanted }: ApprovalSearch,
): Promise<readonly Approval[]> {
  const { github, repository, signal } = context;
  const missing = new Set([...wanted].flatMap(([set, list]) => list.map((digest) => `${set} ${digest}`)));
  if (missing.size === 0) return [];
  if (!github) throw noToken();
  const author = await loginOf(github, signal);
  const sinceMs = sinceOf(context);
  const { pulls } = await listMergedPulls(github, repository, { base: branch, sinceMs, signal });
  const approvals: Approval[] = [];
  for (const pull of pulls.toSorted((a, b) => b.mergedAt - a.mergedAt)) {
    const approval = await readApproval(context, pull, author);
    if (!approval) continue;
    approvals.push(approval);
    for (const [set, list] of approval.digests) for (const digest of list) missing.delete(`${set} ${digest}`);
    if (missing.size === 0) break;
  }
  return approvals;
}

/** The pull request that became the head of the branch, if our comment is on it. */
export async function findHeadApproval(context: ActionContext, branch: string): Promise<readonly Approval[]> {
  const { github, repository, signal, facts } = context;
  if (!github) return [];
  const { pulls } = await listMergedPulls(github, repository, {
    base: branch,
    sinceMs: sinceOf(context),
    signal,
  });
  const pull = pulls.find(({ mergeCommit }) => mergeCommit === facts.sha);
  const approval = pull && (await readApproval(context, pull, await loginOf(github, signal)));
  return approval ? [approval] : [];
}

function sinceOf({ runtime }: ActionContext): number {
  return runtime.wallMs() - approvalDays * dayMs;
}

/** All approved digests by set. */
export function uniteDigests(approvals: readonly Approval[]): ReadonlyMap<string, ReadonlySet<string>> {
  const united = new Map<string, Set<string>>();
  for (const { digests } of approvals) {
    for (const [set, list] of digests) united.set(set, new Set([...(united.get(set) ?? []), ...list]));
  }
  return united;
}

async function readApproval(
  { github, repository, signal, inputs, facts }: ActionContext,
  pull: MergedPull,
  author: string,
): Promise<Approval | undefined> {
  if (!github) return undefined;
  const issue = { ...repository, number: pull.number };
  // Anybody may write a comment that looks like ours, so its author decides.
  const isWanted = (comment: Comment) => comment.author === author && hasMarker(comment.body, inputs.label);
  const [comment] = await findComments(github, issue, { isWanted, signal });
  if (!comment) return undefined;
  const { mergeCommit } = pull;
  const isMerged = await isAncestor(github, repository, { commit: mergeCommit, head: facts.sha, signal });
  return isMerged ? { pull, comment, digests: parseDigests(comment.body) } : undefined;
}

function noToken(): ActionFailure {
  return new ActionFailure(
    'no-credential',
    'Without the input github-token approvals cannot be looked up. Leave it at its default, or set' +
      ' approve: off.',
  );
}
