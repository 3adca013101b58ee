/** What a mode hands back, to be published: what happened, and why the run failed if it did. */
import { DeliveryError, GuardRefusal, InvariantError, ManifestError, ProviderError } from '../core/errors.ts';
import type { Content } from '../render/comment/content.ts';
import type { Annotation } from './runner.ts';
import { ActionFailure, type FailureReason } from './failure.ts';

export interface Failure {
  readonly reason: FailureReason;
  readonly message: string;
}

export interface Outcome {
  readonly content: Content;
  readonly failure: Failure | undefined;
  /** About the run or on lines of manifests, besides the findings. */
  readonly annotations: readonly Annotation[];
}

/** What an error means to a workflow. Whatever is not meant for people is our bug, and keeps its stack. */
export function explain(error: unknown): Failure {
  if (error instanceof ActionFailure) return { reason: error.reason, message: error.message };
  if (error instanceof ManifestError) return { reason: 'invalid-manifest', message: error.message };
  if (error instanceof GuardRefusal) return { reason: 'refused', message: error.message };
  if (error instanceof ProviderError) return { reason: reasonOf(error), message: error.message };
  if (error instanceof DeliveryError) return { reason: 'github-unavailable', message: error.message };
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const word = error instanceof InvariantError ? 'an invariant' : 'something that was not foreseen';
  return { reason: 'bug', message: `keyturn met ${word}. Please report it with these lines:\n${shown}` };
}

function reasonOf({ failure, status, message }: ProviderError): FailureReason {
  // GitHub answers a rate limit with 403, too.
  if (failure === 'credential' || (status === 403 && failure !== 'rateLimited')) return 'credential-refused';
  return message.startsWith('github: ') ? 'github-unavailable' : 'provider-unavailable';
}
