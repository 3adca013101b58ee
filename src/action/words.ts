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

/** `"etl/nightly" (scopes: projects:read → projects:read, services:write)`. */
export function describeChange({ subject, kind, message }: Change): string {
  return `"${subject}" (${kind}: ${message})`;
}
