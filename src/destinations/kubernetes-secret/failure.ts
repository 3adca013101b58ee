/** What a failure at the API server means for a delivery, in words that name the destination. */
import { DeliveryError, type DeliveryFailure } from '../../core/errors.ts';
import { KubernetesError } from '../../kubernetes/failures.ts';

/** Anything but an error of the API server stays as it is. */
export function failedAs(failure: DeliveryFailure, key: string, error: unknown): unknown {
  if (!(error instanceof KubernetesError)) return error;
  return new DeliveryError(adviseNamespace(error), failure, { destination: key, cause: error });
}

/** What a failed write means; only one whose answer is missing may have taken effect. */
export function failedWrite(key: string, error: unknown): unknown {
  const isDoubtful = error instanceof KubernetesError && error.kind === 'broken';
  return failedAs(isDoubtful ? 'unknown' : 'refused', key, error);
}

/** Whether somebody else was first. */
export function isRace(error: unknown): boolean {
  if (!(error instanceof KubernetesError)) return false;
  return error.kind === 'conflict' || error.kind === 'exists';
}

export function changedMeanwhile(key: string, what: 'written' | 'withdrawn'): DeliveryError {
  const message = `"${key}" was not ${what}: it or its receipt changed since it was read. Run again.`;
  return new DeliveryError(message, 'conflict', { destination: key });
}

/** A write finds nothing only where the namespace is not there. */
function adviseNamespace(error: KubernetesError): string {
  const isHomeless = error.kind === 'missing' && /namespaces? /.test(error.message);
  return isHomeless ? `${error.message} Create the namespace first.` : error.message;
}
