/**
 * Environments of a repository. keyturn never makes one: it would come without the protection it should have.
 */
import * as z from 'zod';
import type { GitHubClient } from './client.ts';
import { missingAsUndefined } from './missing.ts';
import { fullName, getRepository, type RepositoryName, repositoryPath } from './repositories.ts';

/**
 * Whether the environment is missing for certain: it is not found although the repository is.
 *
 * @throws ProviderError when that cannot be told
 */
export async function isEnvironmentMissing(
  client: GitHubClient,
  repository: RepositoryName,
  { environment, signal }: { readonly environment: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const call = {
    method: 'GET',
    path: [...repositoryPath(repository), 'environments', environment],
    what: `reading the environment "${environment}" of ${fullName(repository)}`,
    needs: 'actions=read',
    schema: z.object({}).transform(() => true),
  } as const;
  if (await missingAsUndefined(client.request(call, signal))) return false;
  await getRepository(client, repository, signal);
  return true;
}
