// What goes wrong on purpose: one-off answers, lost answers, waits, and what happens in between.
import { type Answer, fail } from './answer.ts';

export interface Fault {
  /** Operations it is for, as `PUT …/secrets/{secret_name}`; part of one, a pattern, or exactly one. */
  readonly on: string | RegExp | { readonly key: string };
  /** So many requests pass before; 0 unless told. */
  readonly skip?: number;
  /** For so many requests; 1 unless told. */
  readonly times?: number;
  readonly what: Mishap;
}

/**
 * - `answer`: this instead of the effect. - `reset`: the connection breaks, before the effect or after it.
 * - `answerAfter`: the effect, then this answer, as a gateway that gave up waiting.
 * - `latency`: answers late, in real time. - `meanwhile`: something else happens before it, in this process.
 */
export type Mishap =
  | { readonly kind: 'answer' | 'answerAfter'; readonly answer: Answer }
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'meanwhile'; readonly act: () => void };

export interface Faults {
  arm(fault: Fault): void;
  /** The mishaps of this request, in the order they were armed. */
  strike(key: string): readonly Mishap[];
  clear(): void;
}

export function createFaults(): Faults {
  let armed: { readonly fault: Fault; skip: number; left: number }[] = [];
  return {
    arm: (fault) => void armed.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 }),
    strike: (key) => {
      const fitting = armed.filter(({ fault: { on } }) => {
        if (typeof on === 'string') return key.includes(on);
        return on instanceof RegExp ? on.test(key) : on.key === key;
      });
      const due = fitting.filter((one) => one.skip === 0);
      for (const one of fitting) if (one.skip > 0) one.skip -= 1;
      for (const one of due) one.left -= 1;
      armed = armed.filter(({ left }) => left > 0);
      return due.map(({ fault }) => fault.what);
    },
    clear: () => {
      armed = [];
    },
  };
}

/** GitHub's words for what comes too fast. Without seconds it names no wait. */
export function secondaryLimit(retryAfterSeconds?: number): Answer {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return fail(403, message, headers);
}

/** The hourly limit is used up. @param resetMs when it begins anew, milliseconds since the epoch */
export function primaryLimit(resetMs: number): Answer {
  const reset = String(Math.ceil(resetMs / 1000));
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  return fail(403, 'API rate limit exceeded for installation ID 1.', headers);
}

export function unavailable(status = 502): Answer {
  return fail(status, 'Server Error');
}
