/** How commits of one repository lie to each other, and where a branch is. */
import * as z from 'zod';
import type { GitHubClient } from './client.ts';
import { missingAsUndefined } from './missing.ts';
import { fullName, type RepositoryName, repositoryPath } from './repositories.ts';

export interface Comparison {
  /** Of `head` seen from `base`. */
  readonly status: 'ahead' | 'behind' | 'diverged' | 'identical';
  /** The commit both grew from. */
  readonly mergeBase: string;
}

const comparison = z.object({
  status: z.enum(['ahead', 'behind', 'diverged', 'identical']),
  merge_base_commit: z.object({ sha: z.string() }),
});

/**
 * @param between branches, tags or commits
 * @returns undefined when the repository has no such commit, or the token may not see it
 */
export async function compareCommits(
  client: GitHubClient,
  repository: RepositoryName,
  { base, head, signal }: { readonly base: string; readonly head: string; readonly signal: AbortSignal },
): Promise<Comparison | undefined> {
  const call = {
    method: 'GET',
    path: [...repositoryPath(repository), 'compare', `${base}...${head}`],
    // The commits themselves are not wanted; up to 250 would come.
    query: { per_page: 1 },
    what: `comparing ${base} with ${head} in ${fullName(repository)}`,
    schema: comparison,
  } as const;
  const found = await missingAsUndefined(client.request(call, signal));
  return found && { status: found.status, mergeBase: found.merge_base_commit.sha };
}

/** Whether `head` contains the commit. A commit that the repository does not know is not contained. */
export async function isAncestor(
  client: GitHubClient,
  repository: RepositoryName,
  { commit, head, signal }: { readonly commit: string; readonly head: string; readonly signal: AbortSignal },
): Promise<boolean> {
  if (commit === head) return true;
  const found = await compareCommits(client, repository, { base: commit, head, signal });
  return found?.status === 'ahead' || found?.status === 'identical';
}

const parentsSchema = z.object({ parents: z.array(z.object({ sha: z.string() })) });

/** The parents of a commit, the one it was merged into first; undefined when there is no such commit. */
export async function parentsOf(
  client: GitHubClient,
  repository: RepositoryName,
  { commit, signal }: { readonly commit: string; readonly signal: AbortSignal },
): Promise<readonly string[] | undefined> {
  const path = [...repositoryPath(repository), 'git', 'commits', commit];
  const what = `reading the commit ${commit} of ${fullName(repository)}`;
  const call = { method: 'GET', path, what, schema: parentsSchema } as const;
  const found = await missingAsUndefined(client.request(call, signal));
  return found?.parents.map(({ sha }) => sha);
}

const branchSchema = z.object({ commit: z.object({ sha: z.string() }) });

/** The commit that the branch is at now; undefined when there is no such branch. */
export async function branchHead(
  client: GitHubClient,
  repository: RepositoryName,
  { branch, signal }: { readonly branch: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const path = [...repositoryPath(repository), 'branches', branch];
  const what = `reading the branch "${branch}" of ${fullName(repository)}`;
  const found = await missingAsUndefined(
    client.request({ method: 'GET', path, what, schema: branchSchema }, signal),
  );
  return found?.commit.sha;
}
