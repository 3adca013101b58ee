/** How far the run of a comment is, and how what it shows is applied, in sentences. */
import { assertNever } from '../../core/errors.ts';
import { markdownText } from '../escape.ts';
import { isIdle } from '../words.ts';
import type { Content } from './content.ts';

/** GitHub's limit for a comment, in characters. */
export const longestComment = 65_536;

export const tooManyDigests =
  'These are more changes than one comment can approve, so merging approves none of them. Split the pull' +
  ' request, or apply with "approve: off".';

/** `Planned for 1234567 ([run](…)).` */
export function describeState({
  state,
  commit,
  runUrl,
}: Pick<Content, 'state' | 'commit' | 'runUrl'>): string {
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

const stateLine = /^(?:(Planned) for|\*\*(Applying|Applied|Refused|Failed)\*\* with) .*$/m;

/** Whether a comment of ours says that what it shows was not applied yet. */
export function isUnapplied(body: string): boolean {
  const [, planned, later] = stateLine.exec(body) ?? [];
  return planned !== undefined || later === 'Applying';
}

/**
 * A comment of ours with another state and everything else as it is. The state is the first line of its kind:
 * words from outside stand below it.
 *
 * @returns undefined where the comment has no such line, or would become too long
 */
export function withState(
  body: string,
  content: Pick<Content, 'state' | 'commit' | 'runUrl'>,
): string | undefined {
  if (!stateLine.test(body)) return undefined;
  const changed = body.replace(stateLine, () => describeState(content));
  return changed.length <= longestComment ? changed : undefined;
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
