/**
 * Our claim to a Lease: one look or renewal at a time, and until when it makes us leader. The holder counts
 * from before it sent the renewal that succeeded and believes itself leader for two thirds of the lease;
 * whoever waits counts from after it saw a renewal, and waits for all of it. So no two clocks must agree,
 * only run at about the same speed; the last third is for requests that are on their way.
 */
import { uptime } from 'node:os';
import type { SystemRuntime } from '../net/runtime.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesError } from './failures.ts';
import { type LeasePlace, type LeaseRecord, readLease, writeLease } from './lease.ts';

export interface ClaimOptions extends LeasePlace {
  /** Who we are; unique to this process, not to this machine. */
  readonly identity: string;
  readonly runtime: Pick<SystemRuntime, 'monotonicMs' | 'wallMs' | 'sleep'>;
  /** How long a lease lasts without a renewal; 15 s unless told. */
  readonly durationMs?: number;
  /** Milliseconds that pass while the machine sleeps, too; the time since it was started unless told. */
  readonly bootMs?: () => number;
}

export interface Claim {
  /** Milliseconds until we must stop unless we renew; 0 or less when we do not lead. */
  leftMs(): number;
  /** Who holds the lease, as last seen; empty when nobody does. */
  holder(): string;
  /** How often the lease changed hands before this: the higher one is the later one. */
  term(): number;
  /** Renews the lease, or takes it if it is free. @throws KubernetesError when nothing was learned */
  pursue(signal: AbortSignal): Promise<void>;
  /** Stops leading and empties the lease, so that nobody has to wait it out. */
  giveUp(): Promise<void>;
}

/** The record as last seen, and since when it has not changed. */
interface Seen {
  readonly record: LeaseRecord | undefined;
  readonly sinceMs: number;
  /** Whose it was before it vanished: that one may not know yet. */
  readonly lastHolder: string;
}

const ended = Number.NEGATIVE_INFINITY;

export function createClaim(client: KubernetesClient, options: ClaimOptions): Claim {
  const { identity, runtime, durationMs = 15_000, namespace, name } = options;
  const ownTimeMs = (durationMs * 2) / 3;
  const clock = createClock(runtime.monotonicMs, options.bootMs ?? (() => uptime() * 1000));
  let seen: Seen | undefined;
  let untilMs = ended;
  const leftMs = () => untilMs - clock();

  const look = async (signal: AbortSignal): Promise<Seen> => {
    const record = await readLease(client, { namespace, name }, signal);
    // From after the answer: it may have been written at the last moment before.
    if (!seen || seen.record?.resourceVersion !== record?.resourceVersion)
      seen = { record, sinceMs: clock(), lastHolder: seen?.record?.holder ?? seen?.lastHolder ?? '' };
    if (record?.holder !== identity) untilMs = ended;
    return seen;
  };
  const isTaken = ({ record, sinceMs, lastHolder }: Seen): boolean => {
    const holder = record?.holder ?? lastHolder;
    if (holder === '' || holder === identity) return false;
    return clock() - sinceMs < Math.max(record?.durationMs ?? 0, durationMs);
  };
  /** @returns whether it was written */
  const write = async (holder: string, signal: AbortSignal): Promise<boolean> => {
    const startMs = clock();
    const next = { before: seen?.record, holder, durationMs, wallMs: runtime.wallMs(), signal };
    const record = await writeLease(client, { namespace, name }, next);
    if (!record) return false;
    seen = { record, sinceMs: clock(), lastHolder: holder };
    untilMs = holder === identity ? startMs + ownTimeMs : ended;
    return true;
  };
  return {
    leftMs,
    holder: () => seen?.record?.holder ?? '',
    term: () => seen?.record?.transitions ?? 0,
    pursue: async (signal) => {
      // A renewal that takes longer than we lead is of no use.
      const budgetMs = Math.max(1, Math.ceil(leftMs() > 0 ? leftMs() : ownTimeMs));
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(budgetMs)]);
      try {
        if (leftMs() > 0 && (await write(identity, bounded))) return;
        // Not ours, or not as we left it: a renewal whose answer was lost looks like that, too.
        if (isTaken(await look(bounded))) return;
        await write(identity, bounded);
      } catch (error) {
        if (!(error instanceof KubernetesError) || error.kind !== 'missing') throw error;
        // Somebody deleted it, and another may make a new one at any moment.
        untilMs = ended;
      }
    },
    giveUp: async () => {
      const isOurs = leftMs() > 0;
      untilMs = ended;
      if (isOurs) await write('', AbortSignal.timeout(durationMs));
    },
  };
}

/**
 * The larger of two clocks that nobody can set: one stands still while the machine sleeps on some systems,
 * the other is coarse. What passed by either has passed.
 */
function createClock(monotonicMs: () => number, bootMs: () => number): () => number {
  const [monotonicStart, bootStart] = [monotonicMs(), bootMs()];
  return () => Math.max(monotonicMs() - monotonicStart, bootMs() - bootStart);
}
