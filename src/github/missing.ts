/** For calls where 404 is an answer and not a failure. What it means is the caller's to find out. */
import { ProviderError } from '../core/errors.ts';

export async function missingAsUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProviderError && error.failure === 'missing') return undefined;
    throw error;
  }
}
