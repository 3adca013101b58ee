/** Which mode a run is in: by its event, unless the input names one that the event allows. Pure. */
import type { Event } from './event.ts';
import { assertNever } from '../core/errors.ts';
import { ActionFailure } from './failure.ts';

export const modes = ['auto', 'validate', 'plan', 'apply', 'scheduled'] as const;
export type ModeInput = (typeof modes)[number];

export interface ChosenMode {
  readonly mode: Exclude<ModeInput, 'auto'>;
  /** What the run cannot do, and why; undefined when it does what was asked for. */
  readonly because: string | undefined;
}

/** @throws ActionFailure `event-refused` or `invalid-input` that says what to do instead */
export function chooseMode(asked: ModeInput, event: Event): ChosenMode {
  if (event.kind === 'pullRequestTarget') {
    throw new ActionFailure(
      'event-refused',
      'keyturn does not run on pull_request_target: such a run has the secrets of the repository while the' +
        ' manifest comes from whoever opened the pull request. Use pull_request.',
    );
  }
  if (event.kind === 'unknown') {
    throw new ActionFailure(
      'event-refused',
      `keyturn does not run on ${event.name}. Start it by pull_request, merge_group, push, schedule or` +
        ' workflow_dispatch.',
    );
  }
  if (event.kind === 'pullRequest' && event.untrusted && (asked === 'auto' || asked === 'plan'))
    return { mode: 'validate', because: explainOffline(event.untrusted) };
  if (asked === 'auto') return chooseByEvent(event);
  if (asked === 'apply' || asked === 'scheduled') requireApplying(asked, event);
  return { mode: asked, because: undefined };
}

type Known = Exclude<Event, { kind: 'pullRequestTarget' | 'unknown' }>;

function chooseByEvent(event: Known): ChosenMode {
  switch (event.kind) {
    case 'pullRequest':
      return { mode: 'plan', because: undefined };
    case 'push':
      if (event.isDefault) return { mode: 'apply', because: undefined };
      return {
        mode: 'validate',
        because:
          'This push is not to the default branch, so nothing was planned or applied; the manifest was' +
          ' validated.',
      };
    case 'schedule':
      return { mode: 'scheduled', because: undefined };
    case 'mergeGroup':
      return {
        mode: 'validate',
        because: 'In a merge queue the manifest is validated; what was planned on the pull request stands.',
      };
    case 'dispatch':
      throw new ActionFailure(
        'invalid-input',
        'A run by workflow_dispatch does not say what is wanted: set the input mode to validate, plan,' +
          ' apply or scheduled.',
      );
    default:
      return assertNever(event);
  }
}

function requireApplying(mode: string, event: Known): void {
  if (event.kind === 'schedule') return;
  if ((event.kind === 'push' || event.kind === 'dispatch') && event.isDefault) return;
  const where =
    event.kind === 'pullRequest'
      ? 'a pull request'
      : event.kind === 'mergeGroup'
        ? 'a merge queue'
        : event.branch === undefined
          ? 'something that is no branch'
          : `branch "${event.branch}"`;
  throw new ActionFailure(
    'event-refused',
    `mode: ${mode} changes tokens, so it runs on the default branch only, and this run is for ${where}.` +
      ' Merge first, or use mode: plan.',
  );
}

function explainOffline(untrusted: 'fork' | 'dependabot'): string {
  const whose = untrusted === 'fork' ? 'from a fork' : 'by Dependabot';
  return (
    `This pull request is ${whose}, so GitHub gives its run no secrets: the manifest was validated, and no` +
    ' plan could be made. What it changes is planned and refused or applied after the merge; to' +
    ' see the plan' +
    ' before, push the commit to a branch of this repository.'
  );
}
