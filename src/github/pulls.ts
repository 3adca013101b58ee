/** Pull requests: one by its number, those a commit came by, and those merged into a branch lately. */
import * as z from 'zod';
import type { GitHubClient } from './client.ts';
import { missingAsUndefined } from './missing.ts';
import { fullName, type RepositoryName, repositoryPath } from './repositories.ts';

export interface MergedPull {
  readonly number: number;
  /** Milliseconds since the epoch, by GitHub's clock, as all times here. */
  readonly createdAt: number;
  readonly mergedAt: number;
  /** The commit it became on the branch: of the merge, the squash, or the last one of a rebase. */
  readonly mergeCommit: string;
}

const time = z.string().transform((text) => Date.parse(text));
const schema = z.array(
  z.object({
    number: z.int(),
    created_at: time,
    updated_at: time,
    merged_at: time.nullish(),
    merge_commit_sha: z.string().nullish(),
    base: z.object({ ref: z.string() }),
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

/** The pull requests by which a commit came into the branch `base`: one, but for unusual histories. */
export async function mergedPullsOf(
  client: GitHubClient,
  repository: RepositoryName,
  { commit, base, signal }: { readonly commit: string; readonly base: string; readonly signal: AbortSignal },
): Promise<readonly MergedPull[]> {
  const path = [...repositoryPath(repository), 'commits', commit, 'pulls'];
  const what = `looking for the pull request of commit ${commit} of ${fullName(repository)}`;
  const call = { method: 'GET', path, query: { per_page: 100 }, what, schema } as const;
  const found = await missingAsUndefined(client.request(call, signal));
  return (found ?? []).filter((pull) => pull.base.ref === base).flatMap(mergedPull);
}

function mergedPull(pull: z.output<typeof schema>[number]): readonly MergedPull[] {
  const { number, created_at: createdAt, merged_at: mergedAt, merge_commit_sha: mergeCommit } = pull;
  // Closed without a merge, these two are null.
  if (typeof mergedAt !== 'number' || !mergeCommit) return [];
  return [{ number, createdAt, mergedAt, mergeCommit }];
}

const stateSchema = z.object({ state: z.string(), head: z.object({ sha: z.string() }) });

export interface PullState {
  readonly isOpen: boolean;
  readonly headSha: string;
}

/** How the pull request stands now; undefined when there is none of this number. */
export async function getPull(
  client: GitHubClient,
  repository: RepositoryName,
  { number, signal }: { readonly number: number; readonly signal: AbortSignal },
): Promise<PullState | undefined> {
  const path = [...repositoryPath(repository), 'pulls', String(number)];
  const what = `reading the pull request #${number} of ${fullName(repository)}`;
  const call = { method: 'GET', path, what, schema: stateSchema } as const;
  const found = await missingAsUndefined(client.request(call, signal));
  return found && { isOpen: found.state === 'open', headSha: found.head.sha };
}
