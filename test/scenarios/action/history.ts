/** Commits and pull requests of one repository, kept in step with the loopback GitHub. */
import { createHash } from 'node:crypto';
import type { GitHub } from '../../github/server/start.ts';

export type Files = Readonly<Record<string, string>>;

export interface Pull {
  readonly number: number;
  readonly base: string;
  readonly head: string;
}

/** Commits are named by a hash of what they are, so that transcripts are the same every time. */
export function shaOf(what: string): string {
  return createHash('sha1').update(what).digest('hex');
}

export interface History {
  head(): string;
  push(files: Files): void;
  propose(number: number, files: Files): void;
  merge(number: number): void;
  files(sha: string): Files;
  pull(number: number): Pull;
}

export function createHistory(github: GitHub, repository: string): History {
  const trees = new Map<string, Files>();
  const pulls = new Map<number, Pull>();
  let count = 0;
  const commit = (
    files: Files,
    { parents, branch }: { readonly parents: readonly string[]; readonly branch: string },
  ): string => {
    const sha = shaOf(`commit ${++count}`);
    trees.set(sha, files);
    github.commit(repository, { sha, parents, branch, files });
    return sha;
  };
  let head = commit({}, { parents: [], branch: 'main' });
  return {
    head: () => head,
    files: (sha) => trees.get(sha) ?? {},
    pull: (number) => {
      const found = pulls.get(number);
      if (!found) throw new Error(`there is no pull request ${number}`);
      return found;
    },
    push: (files) => {
      head = commit({ ...trees.get(head), ...files }, { parents: [head], branch: 'main' });
    },
    propose: (number, files) => {
      const known = pulls.get(number);
      const parent = known?.head ?? head;
      const sha = commit(
        { ...trees.get(parent), ...files },
        { parents: [parent], branch: `topic-${number}` },
      );
      pulls.set(number, { number, base: known?.base ?? head, head: sha });
      github.pull(repository, { number, headSha: sha });
      // What GitHub checks out for the run of a pull request.
      github.commit(repository, {
        sha: shaOf(`merge of ${sha}`),
        parents: [head, sha],
        files: { ...trees.get(head), ...trees.get(sha) },
      });
    },
    merge: (number) => {
      const pull = pulls.get(number);
      if (!pull) throw new Error(`there is no pull request ${number}`);
      const files = { ...trees.get(head), ...trees.get(pull.head) };
      head = commit(files, { parents: [head, pull.head], branch: 'main' });
      github.pull(repository, { number, mergedAt: github.now(), mergeCommit: head });
    },
  };
}
