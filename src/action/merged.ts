/**
 * Our comments on pull requests that were merged into a branch in the last 30 days: first on the one the head
 * came by, which nearly always says everything, and only then on all of them. Each is read once in a run, and
 * in a number of requests that does not grow with what is merged: comments come a hundred at a time over the
 * whole repository. What could not be read is said, since an approval may be in it.
 */
import { ProviderError } from '../core/errors.ts';
import { type Comment, findComments, listCommentsSince } from '../github/comments.ts';
import type { GitHubClient } from '../github/client.ts';
import { listMergedPulls, type MergedPull, mergedPullsOf } from '../github/pulls.ts';
import { hasMarker } from '../render/comment/digests.ts';
import type { ActionContext } from './context.ts';
import { loginOf } from './identity.ts';

export interface MergedComment {
  readonly pull: MergedPull;
  readonly comment: Comment;
}

export interface MergedComments {
  readonly found: readonly MergedComment[];
  /** Why some may be missing, as a half sentence; undefined: there are no others. */
  readonly gap: string | undefined;
}

export const approvalDays = 30;
const dayMs = 24 * 60 * 60_000;

/** Of 100 comments each. GitHub gives the token of a workflow 1,000 requests an hour. */
const mostCommentPages = 20;
/** Pull requests that are older than their merge is allowed to be are looked at one by one. */
const mostOldPulls = 50;

type Once = Map<string, Promise<MergedComments>>;
const known = new WeakMap<GitHubClient, Once>();

/** On the pull request by which the head of the branch came. @throws ProviderError when it cannot be read */
export async function commentsAtHead(context: ActionContext, branch: string): Promise<MergedComments> {
  return await once(context, `head ${branch}`, async (github) => {
    const { repository, signal, facts } = context;
    const pulls = await mergedPullsOf(github, repository, { commit: facts.sha, base: branch, signal });
    const recent = pulls.filter(({ mergedAt }) => mergedAt >= sinceOf(github));
    const found = await Promise.all(recent.map(async (pull) => await commentOn(context, github, pull)));
    return { found: found.flat(), gap: undefined };
  });
}

/** On every one of the last 30 days, the newest merge first. Never throws for what GitHub says. */
export async function commentsOfMonth(context: ActionContext, branch: string): Promise<MergedComments> {
  return await once(context, `month ${branch}`, async (github) => {
    try {
      return await readMonth(context, github, branch);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { found: [], gap: error.message };
    }
  });
}

async function readMonth(
  context: ActionContext,
  github: GitHubClient,
  base: string,
): Promise<MergedComments> {
  const { repository, signal } = context;
  const sinceMs = sinceOf(github);
  const { pulls, isComplete } = await listMergedPulls(github, repository, { base, sinceMs, signal });
  const byNumber = new Map(pulls.map((pull) => [pull.number, pull]));
  const isOurs = await ourComments(context, github);
  // The oldest of ours on each pull request is the one that is kept up to date.
  const oldest = new Map<number, Comment>();
  let isCut = false;
  const pages = listCommentsSince(github, repository, { sinceMs, mostPages: mostCommentPages, signal });
  for await (const { items, more } of pages) {
    isCut = more;
    for (const comment of items) {
      const before = oldest.get(comment.number);
      const isOlder = before === undefined || comment.id < before.id;
      if (byNumber.has(comment.number) && isOlder && isOurs(comment)) oldest.set(comment.number, comment);
    }
  }
  // Of a pull request that was opened since, every comment is among these.
  const elsewhere = pulls.filter(({ number, createdAt }) => !oldest.has(number) && createdAt < sinceMs);
  for (const pull of elsewhere.slice(0, mostOldPulls))
    for (const { comment } of await commentOn(context, github, pull)) oldest.set(pull.number, comment);
  const found = pulls
    .toSorted((one, other) => other.mergedAt - one.mergedAt)
    .flatMap((pull) => {
      const comment = oldest.get(pull.number);
      return comment ? [{ pull, comment }] : [];
    });
  const isWhole = isComplete && !isCut && elsewhere.length <= mostOldPulls;
  return {
    found,
    gap: isWhole ? undefined : `more was merged and said in ${approvalDays} days than is read`,
  };
}

async function commentOn(
  context: ActionContext,
  github: GitHubClient,
  pull: MergedPull,
): Promise<readonly MergedComment[]> {
  const issue = { ...context.repository, number: pull.number };
  const isWanted = await ourComments(context, github);
  const [comment] = await findComments(github, issue, { isWanted, signal: context.signal });
  return comment ? [{ pull, comment }] : [];
}

/** Anybody may write a comment that looks like ours, so its author decides. */
async function ourComments(
  { inputs, signal }: ActionContext,
  github: GitHubClient,
): Promise<(comment: Comment) => boolean> {
  const author = await loginOf(github, signal);
  return (comment) => comment.author === author && hasMarker(comment.body, inputs.label);
}

/** By GitHub's clock, like the times it is compared with. */
function sinceOf(github: GitHubClient): number {
  return github.now() - approvalDays * dayMs;
}

async function once(
  { github }: ActionContext,
  key: string,
  read: (github: GitHubClient) => Promise<MergedComments>,
): Promise<MergedComments> {
  if (!github) return { found: [], gap: undefined };
  const all: Once = known.get(github) ?? new Map();
  known.set(github, all);
  const asked = all.get(key) ?? read(github);
  all.set(key, asked);
  return await asked;
}
