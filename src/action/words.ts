/** Sentences that several modes say. */
import type { TokenSet } from '../core/manifest/types.ts';
import type { Change, Plan } from '../core/plan/types.ts';
import type { Failure } from './outcome.ts';

/** A set that this run could only validate. */
export function describeUnplanned({ name, issuer }: TokenSet): string {
  return (
    `Set "${name}" is issued by ClusterTokenIssuer "${issuer}", which is not among the manifests, so it was` +
    ' validated only. Name the file of the issuer too to see its plan.'
  );
}

/** Why what was planned is not whole. */
export function describeUnread(plans: readonly Plan[]): Failure {
  const unread = plans.flatMap(({ changes }) => changes.filter(({ reason }) => reason === 'Unobserved'));
  const why = unread[0]?.message ?? '';
  const message = `Not everything could be read, and what could not is left as it is: ${why}`;
  if (/failed: 40[13]\b/.test(why)) return { reason: 'credential-refused', message };
  return { reason: why.includes('github: ') ? 'github-unavailable' : 'provider-unavailable', message };
}

/** Why a change that nobody approved is not done, or done all the same. */
export function describeUnapproved(
  change: string,
  {
    approve,
    pulls,
    gap,
  }: {
    readonly approve: 'required' | 'warn' | 'off';
    /** That were looked at. */
    readonly pulls: readonly number[];
    readonly gap: string | undefined;
  },
): string {
  const where =
    pulls.length === 0
      ? 'any pull request merged in the last 30 days'
      : pulls.map((number) => `#${number}`).join(', ');
  const said = `${change} is not among the changes approved in ${where}.`;
  if (approve === 'warn') return `Applied without an approval: ${said}`;
  if (gap === undefined) return `Not applied: ${said} Approve it in a pull request.`;
  return `Not applied: ${said} ${gap}. Run this job again, or approve the change in a pull request.`;
}

/** `"etl/nightly" (scopes: projects:read → projects:read, services:write)`. */
export function describeChange({ subject, kind, message }: Change): string {
  return `"${subject}" (${kind}: ${message})`;
}

/** What a schedule says of a config change that it leaves alone. */
export function describeWaiting(
  change: string,
  pull: number | undefined,
  { isKnown, branch }: { readonly isKnown: boolean; readonly branch: string },
): string {
  if (pull !== undefined) {
    return (
      `Approved in #${pull} and not applied: ${change}. Its run was cancelled or refused, or there was` +
      ` none: run this workflow by hand on ${branch} with mode: apply.`
    );
  }
  if (!isKnown) return `Waits for a run with mode: apply: ${change}.`;
  return `Waits for its approval in a pull request: ${change}.`;
}
