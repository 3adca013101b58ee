/** Whether a run still stands for its branch. An old manifest must not undo what a newer one did. */
import { branchHead } from '../github/commits.ts';
import type { ActionContext } from './context.ts';
import { ActionFailure } from './failure.ts';

/** The branch that is applied from. */
export function branchOf({ facts }: Pick<ActionContext, 'facts'>): string {
  const { event } = facts;
  const branch = 'branch' in event ? event.branch : undefined;
  if (branch !== undefined) return branch;
  throw new ActionFailure(
    'event-refused',
    `This run is for "${facts.ref}", which is no branch to apply from.`,
  );
}

/** @throws ActionFailure `stale-commit` when the branch has moved on since this run began */
export async function requireHead(context: ActionContext): Promise<void> {
  const { github, repository, signal, facts } = context;
  const branch = branchOf(context);
  if (!github) {
    throw new ActionFailure(
      'no-credential',
      'Without the input github-token nobody can tell whether this commit is still the head of its' +
        ' branch. Leave' +
        ' it at its default.',
    );
  }
  const head = await branchHead(github, repository, { branch, signal });
  if (head === facts.sha) return;
  const now = head === undefined ? 'is gone' : `is at ${head.slice(0, 7)} by now`;
  throw new ActionFailure(
    'stale-commit',
    `This run is for commit ${facts.sha.slice(0, 7)}, and the branch "${branch}" ${now}. Nothing` +
      ` was changed:` +
      ' the run of the newer commit applies everything that was approved.',
  );
}
