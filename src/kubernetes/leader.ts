/**
 * Leader election on a Lease: of several controllers one acts, and it stops acting before another may
 * begin. A process that was frozen finds its time over as soon as it asks: `isLeading` looks at the clock,
 * not at a timer, and is to be asked directly before every effect.
 */
import { type ClaimOptions, createClaim } from './claim.ts';
import type { KubernetesClient } from './client.ts';

export interface LeaderOptions extends ClaimOptions {
  /** Between renewals, and between looks at a lease of somebody else; a seventh of 15 s unless told. */
  readonly renewEveryMs?: number;
  readonly onTrouble?: (error: unknown) => void;
}

/** One time as leader. */
export interface Term {
  /** Higher than that of any term before, whoever led then: for logs, and for who judges them. */
  readonly number: number;
  /** Aborted when it is over, as far as a timer can tell: for what waits. */
  readonly signal: AbortSignal;
  /** Told by the clock itself: for what is about to act. */
  isLeading(): boolean;
}

export interface Leader {
  isLeading(): boolean;
  /** Who holds the lease, as last seen; empty when nobody does. */
  holder(): string;
  /**
   * Waits for leadership and runs `lead` while it lasts, again each time it is won anew. Once the signal is
   * aborted it waits for `lead` to come back, goes on renewing until then, and gives the lease up.
   */
  run(lead: (term: Term) => Promise<void>, signal: AbortSignal): Promise<void>;
}

export function createLeader(client: KubernetesClient, options: LeaderOptions): Leader {
  const { runtime, renewEveryMs = 15_000 / 7, onTrouble } = options;
  const claim = createClaim(client, options);
  const isLeading = () => claim.leftMs() > 0;
  const pursue = async (signal: AbortSignal): Promise<void> => {
    try {
      await claim.pursue(signal);
    } catch (error) {
      if (!signal.aborted) onTrouble?.(error);
    }
  };
  const renew = async (term: AbortController): Promise<void> => {
    while (isLeading() && !term.signal.aborted) {
      await runtime.sleep(Math.min(renewEveryMs, Math.max(0, claim.leftMs())), term.signal);
      if (!term.signal.aborted && isLeading()) await pursue(term.signal);
    }
    term.abort();
  };
  const serve = async (lead: (term: Term) => Promise<void>): Promise<void> => {
    const term = new AbortController();
    const isOurs = () => !term.signal.aborted && isLeading();
    const renewing = renew(term);
    try {
      await lead({ number: claim.term(), signal: term.signal, isLeading: isOurs });
    } finally {
      term.abort();
      await renewing;
    }
  };
  return {
    isLeading,
    holder: () => claim.holder(),
    run: async (lead, signal) => {
      try {
        while (!signal.aborted) {
          await pursue(signal);
          if (isLeading() && !signal.aborted) await serve(lead);
          if (signal.aborted) break;
          await runtime.sleep(renewEveryMs * (0.8 + 0.4 * Math.random()), signal);
        }
      } finally {
        await claim.giveUp().catch((error: unknown) => onTrouble?.(error));
      }
    },
  };
}
