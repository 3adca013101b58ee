/** The content of one file at one commit. */
import * as z from 'zod';
import { ProviderError } from '../core/errors.ts';
import type { GitHubClient } from './client.ts';
import { fullName, type RepositoryName, repositoryPath } from './repositories.ts';

const schema = z.union([
  z.object({ type: z.literal('file'), encoding: z.string(), content: z.string() }),
  // A folder, a link or a submodule.
  z.unknown().transform(() => undefined),
]);

/**
 * @param options.path below the root of the repository, with slashes
 * @param options.ref a branch, tag or commit
 * @returns undefined when there is no such file there
 * @throws ProviderError `refused` for a file over 1 MB, which GitHub does not hand out this way
 */
export async function readFileAt(
  client: GitHubClient,
  repository: RepositoryName,
  { path, ref, signal }: { readonly path: string; readonly ref: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const what = `reading "${path}" at ${ref} of ${fullName(repository)}`;
  const segments = [...repositoryPath(repository), 'contents', ...path.split('/')];
  try {
    const file = await client.request(
      { method: 'GET', path: segments, query: { ref }, what, schema },
      signal,
    );
    if (file === undefined) return undefined;
    if (file.encoding === 'base64') return Buffer.from(file.content, 'base64').toString('utf8');
    throw new ProviderError(`github: ${what} failed: the file is over 1 MB. Make it smaller.`, 'refused');
  } catch (error) {
    if (error instanceof ProviderError && error.failure === 'missing') return undefined;
    throw error;
  }
}
