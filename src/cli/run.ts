/**
 * Builds the engine's `Run` from the sets and a person's requests, and observes and plans. What is done
 * with the plans is up to the verb.
 */
import type { TokenSet } from '../core/manifest/types.ts';
import type { Requests } from '../core/plan/types.ts';
import { resolveKey } from '../destinations/resolve.ts';
import { type Pass, prepare } from '../engine/reconcile.ts';
import { emptyMemory, type Run, type SetInRun } from '../engine/run.ts';
import { concurrency, openConnections } from './connect.ts';
import type { Context } from './context.ts';
import { openDestinations } from './destinations.ts';
import { type Interruption, listenForInterrupts } from './interruption.ts';
import type { GlobalOptions } from './options.ts';
import { ownerOf } from './owner.ts';
import { type Progress, showProgress } from './progress.ts';
import { UsageError } from './errors.ts';

/** A plan that was made and may be carried out while this is open. */
export interface OpenPass {
  readonly pass: Pass;
  readonly interruption: Interruption;
  readonly progress: Progress;
}

export interface RunRequests extends Partial<Requests> {
  /** Look at every application user, not only at declared ones. */
  readonly sweep: boolean;
}

/** Observes and plans, hands the result to `use`, and closes everything after it. */
export async function withPass<T>(
  sets: readonly TokenSet[],
  { sweep, ...wishes }: RunRequests,
  {
    options,
    context,
    use,
  }: {
    readonly options: GlobalOptions;
    readonly context: Context;
    readonly use: (open: OpenPass) => Promise<T>;
  },
): Promise<T> {
  const requests: Requests = {
    rotate: new Set(),
    only: undefined,
    destroy: false,
    acknowledge: new Set(),
    approved: 'all',
    ...wishes,
  };
  const connections = openConnections(sets.map(providerOf), options, context);
  const destinations = openDestinations(context);
  const interruption = listenForInterrupts(context);
  const progress = showProgress(context);
  try {
    const entries: SetInRun[] = [];
    for (const set of sets) {
      const { provider } = await connections.to(providerOf(set));
      entries.push({ set, owner: ownerOf(set), provider, requests });
    }
    const { signal, stop } = interruption;
    const { open } = destinations;
    const world = { runtime: context.runtime, open, resolve: resolveKey, sweep, concurrency };
    const run: Run = {
      ...world,
      sets: entries,
      memory: emptyMemory(),
      signal,
      stop,
      onEvent: (event) => progress.show(event),
    };
    const pass = await prepare(run).finally(() => progress.clear());
    return await use({ pass, interruption, progress });
  } finally {
    interruption.end();
    await destinations.close();
    await connections.close();
  }
}

/** @throws UsageError for a set that only the controller can apply */
export function providerOf(set: TokenSet) {
  if (set.provider) return set.provider;
  throw new UsageError(
    `Set "${set.name}" is issued by the ClusterTokenIssuer "${set.issuer}": the controller applies it.` +
      ' Here it can be validated only; to apply it by hand, give it spec.provider.',
  );
}
