/**
 * Our comment on a pull request: found by its marker and author, written in place. Where commenting is not
 * possible the run goes on, and says so; the job summary holds the same.
 */
import { ProviderError } from '../core/errors.ts';
import {
  createComment,
  deleteComment,
  findComments,
  type IssueName,
  updateComment,
} from '../github/comments.ts';
import type { GitHubClient } from '../github/client.ts';
import { getPull } from '../github/pulls.ts';
import { hasMarker } from '../render/comment/digests.ts';
import type { ActionContext } from './context.ts';
import type { PullRequestEvent } from './event.ts';
import { loginOf } from './identity.ts';

/**
 * Creates or updates the comment of this label, unless the pull request went on since this run began: what a
 * merge approves is the plan of its last commit, and what was merged stays as it was shown.
 *
 * @param options.create false: only one that is there is updated
 * @returns a warning when there is no comment now that says this
 */
export async function putComment(
  context: ActionContext,
  { number, headSha }: PullRequestEvent,
  { body, create }: { readonly body: string; readonly create: boolean },
): Promise<string | undefined> {
  const { github, repository, signal, inputs } = context;
  if (inputs.comment === 'off') return undefined;
  if (!github)
    return 'There is no comment, because the input github-token is empty; the job summary has the plan.';
  try {
    const pull = await getPull(github, repository, { number, signal });
    if (!pull?.isOpen || pull.headSha !== headSha) return describePast(number, pull?.isOpen, headSha);
    const issue = { ...repository, number };
    const [mine, ...more] = await findOurs(context, github, issue);
    if (mine) await updateComment(github, repository, { id: mine.id, body, signal });
    else if (create) return await createOnce(context, github, { issue, body });
    // Left by two runs that began at the same time. Only the first one is looked at.
    for (const { id } of more) await deleteComment(github, repository, { id, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return (
      `The pull request has no comment that says this, because ${error.message} The job summary has` +
      ` it. Without` +
      ' the comment a merge approves nothing.'
    );
  }
}

function describePast(number: number, isOpen: boolean | undefined, headSha: string): string {
  const why = isOpen ? `is no longer at ${headSha.slice(0, 7)}` : 'is not open any more';
  const said = 'so this run did not touch its comment; the job summary has the plan';
  return `Pull request #${number} ${why}, ${said}.`;
}

/** The oldest first. */
async function findOurs({ inputs, signal }: ActionContext, github: GitHubClient, issue: IssueName) {
  const author = await loginOf(github, signal);
  return await findComments(github, issue, {
    isWanted: (comment) => comment.author === author && hasMarker(comment.body, inputs.label),
    signal,
    most: 5,
  });
}

/** Says so where the comment was written under another name than the one approvals are looked for. */
async function createOnce(
  { repository, signal }: ActionContext,
  github: GitHubClient,
  { issue, body }: { readonly issue: IssueName; readonly body: string },
): Promise<string | undefined> {
  const made = await createComment(github, issue, { body, signal });
  const author = await loginOf(github, signal);
  if (made.author === author) return undefined;
  await deleteComment(github, repository, { id: made.id, signal });
  return (
    `The comment was written as "${made.author}", while GitHub did not tell this token its name, so a merge` +
    ' would not find it. It was taken away again. Use the token of the workflow or of a GitHub App as' +
    ' github-token.'
  );
}

/** Writes over a comment that is known. @returns a warning when that failed */
export async function overwriteComment(
  context: ActionContext,
  { id, body }: { readonly id: number; readonly body: string },
): Promise<string | undefined> {
  return context.inputs.comment === 'off' ? undefined : await writeOver(context, { id, body });
}

/** Also where nothing is to be said: what was approved must not stay so. */
export async function writeOver(
  { github, repository, signal }: ActionContext,
  { id, body }: { readonly id: number; readonly body: string },
): Promise<string | undefined> {
  if (!github) return undefined;
  try {
    await updateComment(github, repository, { id, body, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return `The comment of a pull request was not updated, because ${error.message}`;
  }
}
