/** Comments of issues and pull requests: find ours by its marker, create, update, delete, ask who edited. */
import * as z from 'zod';
import type { GitHubClient } from './client.ts';
import { missingAsUndefined } from './missing.ts';
import { fullName, type RepositoryName, repositoryPath } from './repositories.ts';

export interface IssueName extends RepositoryName {
  /** Of the issue or pull request. */
  readonly number: number;
}

export interface Comment {
  readonly id: number;
  /** Its name in the GraphQL API. */
  readonly nodeId: string;
  /** Of the issue or pull request it is on. */
  readonly number: number;
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
    node_id: z.string(),
    issue_url: z.string(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
    html_url: z.string(),
  })
  .transform(
    ({ id, node_id, issue_url, body, user, html_url }): Comment => ({
      id,
      nodeId: node_id,
      number: Number(issue_url.split('/').at(-1)),
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

/**
 * Comments of the whole repository that were written or edited since, the newest edit first.
 *
 * @param options.sinceMs milliseconds since the epoch
 * @returns pages of 100, at most `mostPages` of them; `more` is true on the last one where there are more
 */
export function listCommentsSince(
  client: GitHubClient,
  repository: RepositoryName,
  {
    sinceMs,
    mostPages,
    signal,
  }: { readonly sinceMs: number; readonly mostPages: number; readonly signal: AbortSignal },
): AsyncGenerator<{ readonly items: readonly Comment[]; readonly more: boolean }> {
  const since = new Date(sinceMs).toISOString();
  const call = {
    method: 'GET',
    path: [...repositoryPath(repository), 'issues', 'comments'],
    query: { sort: 'updated', direction: 'desc', since, per_page: perPage },
    what: `listing the comments of ${fullName(repository)}`,
    schema: z.array(schema),
  } as const;
  return client.pages(call, { mostPages, signal });
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

/** One that somebody deleted before is as good. */
export async function deleteComment(
  client: GitHubClient,
  repository: RepositoryName,
  { id, signal }: { readonly id: number; readonly signal: AbortSignal },
): Promise<void> {
  const path = [...repositoryPath(repository), 'issues', 'comments', String(id)];
  const what = `deleting the comment ${id} of ${fullName(repository)}`;
  await missingAsUndefined(client.request({ method: 'DELETE', path, what, schema: z.unknown() }, signal));
}

const actor = z.object({ __typename: z.string(), login: z.string() }).nullish();
const edits = z.object({
  data: z.object({
    nodes: z.array(
      z.object({ id: z.string(), editor: actor, lastEditedAt: z.string().nullish() }).nullable(),
    ),
  }),
});

const editsQuery =
  'query($ids:[ID!]!){nodes(ids:$ids){...on IssueComment{id editor{__typename login} lastEditedAt}}}';

/**
 * Who wrote each comment last, where that was an edit. The REST API tells neither who edited nor whether
 * anybody did, since other things move `updated_at` too.
 *
 * @returns by id: a login as comments show it, or undefined for a comment that nobody edited. An id that is
 * not in it cannot be told about; an account that is gone is `ghost`.
 */
export async function lastEditors(
  client: GitHubClient,
  comments: readonly Pick<Comment, 'id' | 'nodeId'>[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string | undefined>> {
  const what = 'asking who edited a comment last';
  const editors = new Map<number, string | undefined>();
  for (let from = 0; from < comments.length; from += perPage) {
    const some = comments.slice(from, from + perPage);
    const variables = { ids: some.map(({ nodeId }) => nodeId) };
    const { data } = await client.query({ query: editsQuery, variables, what, schema: edits }, signal);
    const byNode = new Map(data.nodes.flatMap((node) => (node ? [[node.id, node] as const] : [])));
    for (const { id, nodeId } of some) {
      const node = byNode.get(nodeId);
      if (node) editors.set(id, node.lastEditedAt ? loginOf(node.editor) : undefined);
    }
  }
  return editors;
}

/** The GraphQL API names bots without the suffix that everything else shows. */
function loginOf(editor: z.output<typeof actor>): string {
  if (!editor) return 'ghost';
  return editor.__typename === 'Bot' && !editor.login.endsWith('[bot]')
    ? `${editor.login}[bot]`
    : editor.login;
}

function shown(issue: IssueName): string {
  return `${fullName(issue)}#${issue.number}`;
}
