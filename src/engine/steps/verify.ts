/** Step 3: one call with the new value, so that a token that does not work is never delivered. */
import { ProviderError } from '../../core/errors.ts';
import type { IssuedToken } from '../ports.ts';
import type { Work } from '../work.ts';
import { type Attempt, takeBack } from './attempt.ts';

/** A new token may take a moment to be known everywhere at the provider. */
const patienceMs = 30_000;
const pauseMs = 2_000;

/**
 * Tries the new token; anything but a lasting 401 counts as alive. With an allowlist nothing is proved by a
 * refusal, because this machine need not be on it.
 *
 * @returns what could not be verified, in words.
 * @throws ProviderError after the token was refused for 30 s and has been revoked again.
 */
export async function verify(work: Work, attempt: Attempt, issued: IssuedToken): Promise<string | undefined> {
  const { provider } = work.entry;
  const { runtime, signal } = work.run;
  const startedAt = runtime.monotonicMs();
  for (;;) {
    const answer = await provider.verify(issued.value, signal);
    if (answer === 'alive') return undefined;
    if (answer === 'unknown') return 'the new token could not be tried, it was delivered all the same';
    if (attempt.change.issue.spec.ipAllowlist.length > 0) return undefined;
    if (runtime.monotonicMs() - startedAt >= patienceMs) break;
    await runtime.sleep(pauseMs, signal);
  }
  const became = await takeBack(work, attempt, issued.id);
  const what = `the new token of "${attempt.declaration.name}" was refused (401) for ${patienceMs / 1_000} s`;
  throw new ProviderError(`${what}. ${became}`, 'refused', { status: 401 });
}
