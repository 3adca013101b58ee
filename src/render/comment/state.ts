/** How far the run of a comment is, and how what it shows is applied, in sentences. */
import { assertNever } from '../../core/errors.ts';
import { markdownText } from '../escape.ts';
import { isIdle } from '../words.ts';
import type { Content } from './content.ts';

export const tooManyDigests =
  'These are more changes than one comment can approve, so merging approves none of them. Split the pull' +
  ' request, or apply with "approve: off".';

/** `Planned for 1234567 ([run](…)).` */
export function describeState({ state, commit, runUrl }: Content): string {
  const what = `\`${commit.slice(0, 7)}\` ([run](${encodeURI(runUrl)}))`;
  switch (state.kind) {
    case 'validated':
      return `Validated ${what}.`;
    case 'planned':
      return `Planned for ${what}.`;
    case 'applying':
      return `**Applying** with ${what}.`;
    case 'applied':
      return `**Applied** with ${what}.`;
    case 'refused':
      return `**Refused** with ${what}: ${markdownText(state.why)}`;
    case 'failed':
      return `**Failed** with ${what}: ${markdownText(state.why)}`;
    default:
      return assertNever(state);
  }
}

/** What a merge does, for a plan that is shown before it. */
export function describeHow({ state, sets, branch, digests }: Content): readonly string[] {
  if (state.kind !== 'planned' || sets.every(({ plan }) => isIdle(plan))) return [];
  const ours = sets.filter(({ applier }) => applier === 'action');
  const lines: string[] = [];
  if (ours.some(({ plan }) => plan.changes.some(({ digest }) => digest !== undefined)) && digests) {
    lines.push(
      `Merging into ${markdownText(branch)} approves these changes: the run after it applies them,` +
        ` and refuses` +
        ' what a later commit or another pull request adds.',
    );
  }
  if (ours.some(({ plan }) => plan.changes.some(({ kind, cause }) => kind !== 'keep' && cause !== 'config')))
    lines.push('What the calendar or somebody’s hand causes needs no approval; the next run does it.');
  if (sets.some(({ applier }) => applier === 'controller'))
    lines.push('What is applied by the controller happens in the cluster, once the manifest arrives there.');
  return lines.length === 0 ? [] : ['**How this is applied**', '', ...lines.map((line) => `- ${line}`)];
}
