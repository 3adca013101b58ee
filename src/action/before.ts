/**
 * The manifests as they were before a pull request, at the commit that the checkout was merged into: read
 * over the API, since a checkout of depth 1 does not have it. What cannot be read is said, never guessed.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProviderError } from '../core/errors.ts';
import type { SourceFile } from '../core/manifest/inspection.ts';
import type { TokenSet } from '../core/manifest/types.ts';
import type { GitHubClient } from '../github/client.ts';
import { compareCommits, parentsOf } from '../github/commits.ts';
import { readFileAt } from '../github/contents.ts';
import type { ActionContext } from './context.ts';
import type { PullRequestEvent } from './event.ts';
import { parseTexts } from './manifests.ts';

export interface Before {
  /** By name; without those that were not there or had an error. */
  readonly sets: ReadonlyMap<string, TokenSet>;
  /** Every manifest is as it was, so that the pull request asks for nothing. */
  readonly isUnchanged: boolean;
  /** Why nothing is known, for the person who reads the plan. */
  readonly unknown: string | undefined;
}

/** Of a run that belongs to no pull request. */
export const noBefore: Before = { sets: new Map(), isUnchanged: false, unknown: undefined };

const what = 'what this pull request asks for by trigger, compromised or another destination may be missing';

/** @param sources of the workspace, which is the root of the repository */
export async function readBefore(
  context: ActionContext,
  event: PullRequestEvent,
  sources: readonly SourceFile[],
): Promise<Before> {
  const { github, repository, signal } = context;
  const unknown = (why: string): Before => ({ ...noBefore, unknown: `${why}, so ${what}` });
  if (!github) return unknown('Without github-token the manifest before this pull request cannot be read');
  try {
    const ref = await findBase(context, github, event);
    if (ref === undefined) return unknown('The commit before this pull request cannot be found');
    const read = await Promise.all(
      sources.map(async ({ file, text: now }) => {
        const text = await readFileAt(github, repository, { path: file, ref, signal });
        return { file, text, isSame: text === now };
      }),
    );
    const texts = read.flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }]));
    const sets = new Map(parseTexts(texts, context).sets.map((set) => [set.name, set]));
    return { sets, isUnchanged: read.every(({ isSame }) => isSame), unknown: undefined };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return unknown(`The manifest before this pull request could not be read (${error.message})`);
  }
}

/**
 * What GitHub checks out for a pull request is its merge into the branch as that is by now, so everything
 * the branch has meanwhile is in it, too: the commit before is its first parent. Of a checkout of the head
 * itself it is where the two part.
 */
async function findBase(
  { repository, signal, facts }: ActionContext,
  github: GitHubClient,
  { headSha, baseSha }: PullRequestEvent,
): Promise<string | undefined> {
  const commit = (await checkedOut(facts.workspace)) ?? facts.sha;
  if (commit !== headSha && commit !== '') {
    const [first, second] = (await parentsOf(github, repository, { commit, signal })) ?? [];
    if (second === headSha) return first;
  }
  const compared = await compareCommits(github, repository, { base: baseSha, head: headSha, signal });
  return compared?.mergeBase;
}

/** The commit of a checkout that is at no branch, as actions/checkout leaves it. */
async function checkedOut(workspace: string): Promise<string | undefined> {
  try {
    const head = await readFile(join(workspace, '.git', 'HEAD'), 'utf8');
    return /^[0-9a-f]{40,64}$/.exec(head.trim())?.[0];
  } catch {
    return undefined;
  }
}
