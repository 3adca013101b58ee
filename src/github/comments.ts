/** Comments of an issue or pull request: find ours by its marker, create, update. */
import * as z from 'zod';
import type { GitHubClient } from './client.ts';
import { fullName, type RepositoryName, repositoryPath } from './repositories.ts';

export interface IssueName extends RepositoryName {
  /** Of the issue or pull request. */
  readonly number: number;
}

export interface Comment {
  readonly id: number;
  readonly body: string;
  /** Undefined when its account is gone. A workflow's token is `github-actions[bot]`, an App `name[bot]`. */
  readonly author: string | undefined;
  readonly url: string;
}

/** GitHub's limit for the body of a comment, in characters. */
export const longestComment = 65_536;

const schema = z
  .object({
    id: z.int(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
    html_url: z.string(),
  })
  .transform(
    ({ id, body, user, html_url }): Comment => ({
      id,
      body: body ?? '',
      author: user?.login,
      url: html_url,
    }),
  );

const perPage = 100;

/**
 * The oldest comments that `isWanted` admits, from the first page on: GitHub lists them ascending by id.
 *
 * @param options.mostPages of 100 comments; 10 unless told. One that comes later is not found.
 * @param options.most ends the search with so many; 1 unless told
 */
export async function findComments(
  client: GitHubClient,
  issue: IssueName,
  options: {
    readonly isWanted: (comment: Comment) => boolean;
    readonly signal: AbortSignal;
    readonly mostPages?: number;
    readonly most?: number;
  },
): Promise<readonly Comment[]> {
  const { isWanted, signal, mostPages = 10, most = 1 } = options;
  const call = {
    method: 'GET',
    path: [...repositoryPath(issue), 'issues', String(issue.number), 'comments'],
    query: { per_page: perPage },
    what: `reading the comments of ${shown(issue)}`,
    schema: z.array(schema),
  } as const;
  const found: Comment[] = [];
  for await (const { items } of client.pages(call, { mostPages, signal })) {
    found.push(...items.filter(isWanted));
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}

/** Sent once: a repetition could leave two comments. @throws ProviderError 403 when comments are forbidden */
export async function createComment(
  client: GitHubClient,
  issue: IssueName,
  { body, signal }: { readonly body: string; readonly signal: AbortSignal },
): Promise<Comment> {
  const path = [...repositoryPath(issue), 'issues', String(issue.number), 'comments'];
  const what = `commenting on ${shown(issue)}`;
  return await client.request({ method: 'POST', path, body: { body }, what, schema }, signal);
}

/** @throws ProviderError `missing` when someone deleted the comment */
export async function updateComment(
  client: GitHubClient,
  repository: RepositoryName,
  { id, body, signal }: { readonly id: number; readonly body: string; readonly signal: AbortSignal },
): Promise<Comment> {
  const path = [...repositoryPath(repository), 'issues', 'comments', String(id)];
  const what = `updating the comment ${id} of ${fullName(repository)}`;
  return await client.request({ method: 'PATCH', path, body: { body }, what, schema }, signal);
}

function shown(issue: IssueName): string {
  return `${fullName(issue)}#${issue.number}`;
}
