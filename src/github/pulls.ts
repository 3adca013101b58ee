/** Pull requests that were merged into a branch lately. */
import * as z from 'zod';
import type { GitHubClient } from './client.ts';
import { fullName, type RepositoryName, repositoryPath } from './repositories.ts';

export interface MergedPull {
  readonly number: number;
  /** Milliseconds since the epoch, by GitHub's clock. */
  readonly mergedAt: number;
  /** The commit it became on the branch: of the merge, the squash, or the last one of a rebase. */
  readonly mergeCommit: string;
  readonly author: string | undefined;
  readonly url: string;
}

const time = z.string().transform((text) => Date.parse(text));
const schema = z.array(
  z.object({
    number: z.int(),
    html_url: z.string(),
    user: z.object({ login: z.string() }).nullish(),
    updated_at: time,
    merged_at: time.nullish(),
    merge_commit_sha: z.string().nullish(),
  }),
);

/**
 * Newest change first, so that the search can end at the first one that did not change since.
 *
 * @param options.sinceMs pulls merged before this are left out; milliseconds since the epoch
 * @param options.mostPages of 100 closed pulls; 10 unless told
 * @returns `isComplete` is false when there were more pages than that
 */
export async function listMergedPulls(
  client: GitHubClient,
  repository: RepositoryName,
  options: {
    readonly base: string;
    readonly sinceMs: number;
    readonly signal: AbortSignal;
    readonly mostPages?: number;
  },
): Promise<{ readonly pulls: readonly MergedPull[]; readonly isComplete: boolean }> {
  const { base, sinceMs, signal, mostPages = 10 } = options;
  const call = {
    method: 'GET',
    path: [...repositoryPath(repository), 'pulls'],
    query: { state: 'closed', base, sort: 'updated', direction: 'desc', per_page: 100 },
    what: `listing the pull requests merged into "${base}" of ${fullName(repository)}`,
    schema,
  } as const;
  const pulls = new Map<number, MergedPull>();
  for await (const { items, more } of client.pages(call, { mostPages, signal })) {
    for (const pull of items.flatMap(mergedPull)) if (pull.mergedAt >= sinceMs) pulls.set(pull.number, pull);
    const isPast = items.some(({ updated_at: updatedAt }) => updatedAt < sinceMs);
    if (isPast || !more) return { pulls: [...pulls.values()], isComplete: true };
  }
  return { pulls: [...pulls.values()], isComplete: false };
}

function mergedPull(pull: z.output<typeof schema>[number]): readonly MergedPull[] {
  const { number, user, merged_at: mergedAt, merge_commit_sha: mergeCommit } = pull;
  // Closed without a merge, these two are null.
  if (typeof mergedAt !== 'number' || !mergeCommit) return [];
  return [{ number, mergedAt, mergeCommit, author: user?.login, url: pull.html_url }];
}
