/**
 * What was approved: the digests in our own comments on pull requests that were merged into the branch in the
 * last 30 days and whose merge commit the head contains. A comment that somebody else edited approves
 * nothing.
 */
import { lastEditors } from '../github/comments.ts';
import { isAncestor } from '../github/commits.ts';
import type { Comment } from '../github/comments.ts';
import type { MergedPull } from '../github/pulls.ts';
import { type Digests, parseDigests } from '../render/comment/digests.ts';
import type { ActionContext } from './context.ts';
import { ActionFailure } from './failure.ts';
import { loginOf } from './identity.ts';
import { approvalDays, commentsAtHead, commentsOfMonth, type MergedComment } from './merged.ts';

/** A pull request whose comment of ours was looked at. */
export interface Approval {
  readonly pull: MergedPull;
  readonly comment: Comment;
  readonly digests: Digests;
}

export interface Approvals {
  /** That of the head, and every other one that approves something wanted; the newest merge first. */
  readonly approvals: readonly Approval[];
  /** Comments that do not count, and why: sentences. */
  readonly remarks: readonly string[];
  /** Why an approval may have been missed, a sentence; undefined: none was. */
  readonly gap: string | undefined;
}

export interface ApprovalSearch {
  /** In which branch pull requests were merged. */
  readonly branch: string;
  /** Digests that wait for an approval, by set. */
  readonly wanted: Digests;
}

const notAll = `Not every pull request of the last ${approvalDays} days could be looked at`;

const nothing: Approvals = { approvals: [], remarks: [], gap: undefined };

/** Looks further than the pull request of the head only where that does not approve everything. */
export async function findApprovals(
  context: ActionContext,
  { branch, wanted }: ApprovalSearch,
): Promise<Approvals> {
  const missing = new Set([...wanted].flatMap(([set, list]) => list.map((digest) => `${set} ${digest}`)));
  if (missing.size === 0) return nothing;
  if (!context.github) throw noToken();
  const head = await commentsAtHead(context, branch);
  const atHead = await judge(context, head.found);
  for (const { digests } of atHead.approvals)
    for (const [set, list] of digests) for (const digest of list) missing.delete(`${set} ${digest}`);
  if (missing.size === 0) return { ...atHead, gap: undefined };
  const month = await commentsOfMonth(context, branch);
  const isAtHead = new Set(head.found.map(({ comment }) => comment.id));
  const others = month.found.filter(
    ({ comment }) => !isAtHead.has(comment.id) && approvesAny(parseDigests(comment.body), missing),
  );
  const further = await judge(context, others);
  return {
    approvals: [...atHead.approvals, ...further.approvals],
    remarks: [...atHead.remarks, ...further.remarks],
    gap: month.gap === undefined ? undefined : `${notAll}: ${month.gap.replace(/\.$/, '')}`,
  };
}

/** The pull request that became the head of the branch, if our comment is on it. */
export async function findHeadApproval(context: ActionContext, branch: string): Promise<readonly Approval[]> {
  const { found } = await commentsAtHead(context, branch);
  return (await judge(context, found)).approvals;
}

/** Every other comment that approves something of this, whether it was asked for it or not. */
export async function findStanding(
  context: ActionContext,
  { branch, wanted, except }: ApprovalSearch & { readonly except: ReadonlySet<number> },
): Promise<Approvals> {
  const names = new Set([...wanted].flatMap(([set, list]) => list.map((digest) => `${set} ${digest}`)));
  if (names.size === 0) return nothing;
  const [head, month] = [await commentsAtHead(context, branch), await commentsOfMonth(context, branch)];
  const byId = new Map([...month.found, ...head.found].map((one) => [one.comment.id, one]));
  const standing = [...byId.values()].filter(
    ({ comment }) => !except.has(comment.id) && approvesAny(parseDigests(comment.body), names),
  );
  return { ...(await judge(context, standing)), gap: month.gap };
}

/** All approved digests by set. */
export function uniteDigests(approvals: readonly Approval[]): ReadonlyMap<string, ReadonlySet<string>> {
  const united = new Map<string, Set<string>>();
  for (const { digests } of approvals) {
    for (const [set, list] of digests) united.set(set, new Set([...(united.get(set) ?? []), ...list]));
  }
  return united;
}

function approvesAny(digests: Digests, missing: ReadonlySet<string>): boolean {
  return [...digests].some(([set, list]) => list.some((digest) => missing.has(`${set} ${digest}`)));
}

/** Leaves out what the head does not contain, and what somebody else edited, which is said. */
async function judge(
  context: ActionContext,
  comments: readonly MergedComment[],
): Promise<Omit<Approvals, 'gap'>> {
  const { github, repository, signal, facts } = context;
  if (!github || comments.length === 0) return nothing;
  const author = await loginOf(github, signal);
  const editors = await lastEditors(
    github,
    comments.map(({ comment }) => comment),
    signal,
  );
  const approvals: Approval[] = [];
  const remarks: string[] = [];
  for (const { pull, comment } of comments) {
    const at = { commit: pull.mergeCommit, head: facts.sha, signal };
    if (!(await isAncestor(github, repository, at))) continue;
    const editor = editors.has(comment.id) ? editors.get(comment.id) : 'somebody unknown';
    if (editor === undefined || editor === author)
      approvals.push({ pull, comment, digests: parseDigests(comment.body) });
    else
      remarks.push(
        `The comment on #${pull.number} was edited last by ${editor}, so it approves nothing. Have it` +
          ' planned by another pull request, and merge that.',
      );
  }
  return { approvals, remarks };
}

function noToken(): ActionFailure {
  return new ActionFailure(
    'no-credential',
    'Without the input github-token approvals cannot be looked up. Leave it at its default, or set' +
      ' approve: off.',
  );
}
