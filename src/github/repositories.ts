/** Repositories by name. */
import * as z from 'zod';
import type { GitHubClient } from './client.ts';

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** `acme/payments`, for messages. */
export function fullName({ owner, repo }: RepositoryName): string {
  return `${owner}/${repo}`;
}

/** The first segments of every path of a repository. */
export function repositoryPath({ owner, repo }: RepositoryName): readonly string[] {
  return ['repos', owner, repo];
}

const schema = z.object({ id: z.int(), full_name: z.string(), private: z.boolean() });

export interface Repository {
  readonly id: number;
  /** As it is called now, which differs from what was asked for after a rename. */
  readonly fullName: string;
  readonly isPrivate: boolean;
}

/** @throws ProviderError `missing` when it is not there or the token may not see it */
export async function getRepository(
  client: GitHubClient,
  repository: RepositoryName,
  signal: AbortSignal,
): Promise<Repository> {
  const what = `reading the repository ${fullName(repository)}`;
  const call = { method: 'GET', path: repositoryPath(repository), what, schema } as const;
  const found = await client.request(call, signal);
  return { id: found.id, fullName: found.full_name, isPrivate: found.private };
}
