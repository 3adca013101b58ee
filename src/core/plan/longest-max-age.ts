/**
 * What a provider's own settings allow. They are not the manifest's to know, so a max age over them is told
 * by the plan, before a create is refused.
 */
import { formatDuration } from '../duration.ts';
import type { Situation } from './situation.ts';
import type { Verdict } from './verdict.ts';

/** The verdict, or its refusal where it would issue a token that lives longer than the provider grants. */
export function withinLongestMaxAge(situation: Situation, verdict: Verdict): Verdict {
  const { users } = situation.input.observation;
  const longest = users.kind === 'listed' ? users.longestMaxAgeSeconds : undefined;
  if (verdict.kind !== 'issue' || longest === undefined) return verdict;
  const { maxAgeSeconds } = verdict.spec ?? situation.declaration.spec;
  if (maxAgeSeconds === undefined || maxAgeSeconds <= longest) return verdict;
  const [asked, granted] = [formatDuration(maxAgeSeconds * 1_000), formatDuration(longest * 1_000)];
  return {
    kind: 'refuse',
    reason: 'MaxAgeTooLong',
    message:
      `${verdict.message}; but maxAge ${asked} is over the ${granted} that this server grants: lower it, or` +
      ' have the limit of the server raised',
    waiver: undefined,
  };
}
