/**
 * The manifests as they were before a pull request: at the merge base, read over the API, since a checkout of
 * depth 1 does not have it. What cannot be read is said, never guessed.
 */
import { ProviderError } from '../core/errors.ts';
import type { TokenSet } from '../core/manifest/types.ts';
import { compareCommits } from '../github/commits.ts';
import { readFileAt } from '../github/contents.ts';
import type { ActionContext } from './context.ts';
import type { PullRequestEvent } from './event.ts';
import { parseTexts } from './manifests.ts';

export interface Before {
  /** By name; without those that were not there or had an error. */
  readonly sets: ReadonlyMap<string, TokenSet>;
  /** Why nothing is known, for the person who reads the plan. */
  readonly unknown: string | undefined;
}

const what = 'what this pull request asks for by trigger, compromised or another destination may be missing';

/** @param files relative to the workspace, which is the root of the repository */
export async function readBefore(
  context: ActionContext,
  event: PullRequestEvent,
  files: readonly string[],
): Promise<Before> {
  const { github, repository, signal } = context;
  const unknown = (why: string): Before => ({ sets: new Map(), unknown: `${why}, so ${what}` });
  if (!github) return unknown('Without github-token the manifest before this pull request cannot be read');
  try {
    const compared = await compareCommits(github, repository, {
      base: event.baseSha,
      head: event.headSha,
      signal,
    });
    if (!compared) return unknown('The merge base of this pull request cannot be found');
    const ref = compared.mergeBase;
    const read = await Promise.all(
      files.map(async (file) => {
        const text = await readFileAt(github, repository, { path: file, ref, signal });
        return text === undefined ? [] : [{ file, text }];
      }),
    );
    const { sets } = parseTexts(read.flat(), context);
    return { sets: new Map(sets.map((set) => [set.name, set])), unknown: undefined };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return unknown(`The manifest before this pull request could not be read (${error.message})`);
  }
}
