/**
 * Our comment on a pull request: found by its marker and author, written in place. Where commenting is not
 * possible the run goes on, and says so; the job summary holds the same.
 */
import { ProviderError } from '../core/errors.ts';
import { createComment, findComments, updateComment } from '../github/comments.ts';
import { hasMarker } from '../render/comment/digests.ts';
import type { ActionContext } from './context.ts';
import { loginOf } from './identity.ts';

/**
 * Creates or updates the comment of this label.
 *
 * @param options.create false: only one that is there is updated
 * @returns a warning when there is no comment now that says this
 */
export async function putComment(
  context: ActionContext,
  number: number,
  { body, create }: { readonly body: string; readonly create: boolean },
): Promise<string | undefined> {
  const { github, repository, signal, inputs } = context;
  if (inputs.comment === 'off') return undefined;
  if (!github)
    return 'There is no comment, because the input github-token is empty; the job summary has the plan.';
  try {
    const author = await loginOf(github, signal);
    const issue = { ...repository, number };
    const [mine] = await findComments(github, issue, {
      isWanted: (comment) => comment.author === author && hasMarker(comment.body, inputs.label),
      signal,
    });
    if (mine) await updateComment(github, repository, { id: mine.id, body, signal });
    else if (create) await createComment(github, issue, { body, signal });
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

/** Writes over a comment that is known. @returns a warning when that failed */
export async function overwriteComment(
  { github, repository, signal, inputs }: ActionContext,
  { id, body }: { readonly id: number; readonly body: string },
): Promise<string | undefined> {
  if (!github || inputs.comment === 'off') return undefined;
  try {
    await updateComment(github, repository, { id, body, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return `The comment of a pull request was not updated, because ${error.message}`;
  }
}
