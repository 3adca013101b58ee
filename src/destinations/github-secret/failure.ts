/**
 * Turns what GitHub says into a DeliveryError: what happened at which place, and what is known about the
 * effect. Messages come from `github/failures.ts`, which hides the token and what was sent.
 */
import { DeliveryError, type DeliveryFailure, ProviderError } from '../../core/errors.ts';
import { endSentence } from '../../core/sentence.ts';
import type { Place } from './place.ts';

/** @param failure what is known about the effect. An error that is no answer of GitHub is handed on. */
export function failedAs(failure: DeliveryFailure, place: Pick<Place, 'key'>, error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  return failed(place, failure, error.message, error);
}

/** What a failed write of one request means; only one whose answer is missing may have taken effect. */
export function failedWrite(place: Pick<Place, 'key'>, error: unknown): unknown {
  const isDoubtful = error instanceof ProviderError && error.failure === 'ambiguous';
  return failedAs(isDoubtful ? 'unknown' : 'refused', place, error);
}

/** A failure in words of our own. */
export function failed(
  { key }: Pick<Place, 'key'>,
  failure: DeliveryFailure,
  message: string,
  cause?: unknown,
): DeliveryError {
  return new DeliveryError(message, failure, { destination: key, cause });
}

/** Why nothing was written to an environment that is not there. */
export function adviseEnvironment(place: Place): string {
  const { key, environment } = place;
  const why = `the environment "${environment}" is not there`;
  return `"${key}" was not written: ${why}. ${makeEnvironment(place)}`;
}

/** keyturn makes no environment: it would come without the protection it should have. */
export function makeEnvironment({ repository, environment = '' }: Place): string {
  const { owner, repo } = repository ?? {};
  const path = `repos/${owner}/${repo}/environments/${encodeURIComponent(environment)}`;
  return (
    'Make it in the settings of the repository, with its protection rules, or with' +
    ` "gh api --method PUT ${path}".`
  );
}

/** The first of two requests took effect and the other did not, or nobody knows. */
export function halfDone(place: Place, error: unknown, done: 'written' | 'deleted'): unknown {
  if (!(error instanceof ProviderError) && !(error instanceof DeliveryError)) return error;
  return failed(place, 'unknown', `${endSentence(error.message)} The secret was ${done} before that.`, error);
}
