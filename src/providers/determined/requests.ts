/** How often a request to a master may be sent, and with which credential. */
import type * as z from 'zod';
import { ProviderError } from '../../core/errors.ts';
import type { Runtime } from '../../engine/ports.ts';
import type { Http } from '../../net/http.ts';
import { onlyRateLimited, repeatable, retry } from '../../net/retry.ts';
import { type Call, determinedApi } from './api.ts';
import type { Session } from './session.ts';

export interface Requests {
  /** A request that does no harm when it arrives twice. */
  again<Schema extends z.ZodType>(call: Call<Schema>, signal: AbortSignal): Promise<z.output<Schema>>;
  /** A create: one request, and another only when the first was turned away before it was processed. */
  once<Schema extends z.ZodType>(call: Call<Schema>, signal: AbortSignal): Promise<z.output<Schema>>;
  /** As `again`, without any credential. */
  openly<Schema extends z.ZodType>(call: Call<Schema>, signal: AbortSignal): Promise<z.output<Schema>>;
  /**
   * A change that may be sent twice and is done when `isDone` says so, whatever the answer was: 404 and 500
   * are what a master answers for many things, among them "was done before".
   */
  until(
    change: Call<z.ZodType>,
    isDone: (signal: AbortSignal) => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<void>;
}

export function openRequests(http: Http, session: Session, runtime: Runtime): Requests {
  const send = async <Schema extends z.ZodType>(call: Call<Schema>, signal: AbortSignal) =>
    await determinedApi(http, await session.credential(signal)).request(call, signal);
  return {
    again: (call, signal) => retry(() => send(call, signal), repeatable, { runtime, signal }),
    once: (call, signal) => retry(() => send(call, signal), onlyRateLimited, { runtime, signal }),
    openly: (call, signal) =>
      retry(() => determinedApi(http, undefined).request(call, signal), repeatable, { runtime, signal }),
    until: (change, isDone, signal) => {
      const attempt = async (): Promise<void> => {
        try {
          await send(change, signal);
        } catch (error) {
          const mayBeDone =
            error instanceof ProviderError && ['missing', 'ambiguous'].includes(error.failure);
          if (!mayBeDone || !(await orFalse(() => isDone(signal)))) throw error;
        }
      };
      return retry(attempt, repeatable, { runtime, signal });
    },
  };
}

/** A look that fails has seen nothing: the first failure is then the one to report. */
async function orFalse(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ProviderError && error.failure !== 'credential') return false;
    throw error;
  }
}
