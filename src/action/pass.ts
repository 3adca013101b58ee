/**
 * Builds the engine's run from the sets of a manifest, and observes and plans. What is done with the plans is
 * up to the mode.
 */
import type { Manifest, ProviderReference, TokenSet } from '../core/manifest/types.ts';
import type { Assumption } from '../core/plan/assume.ts';
import type { Requests } from '../core/plan/types.ts';
import { openDestination } from '../destinations/registry.ts';
import { openEachOnce, resolveKey } from '../destinations/resolve.ts';
import { type Pass, prepare } from '../engine/reconcile.ts';
import { emptyMemory, type Run, type SetInRun } from '../engine/run.ts';
import { applierOf, clusterKind } from './applier.ts';
import { concurrency, openConnections } from './connect.ts';
import type { ActionContext } from './context.ts';
import { ownerOf } from './owners.ts';

export interface PassOptions {
  readonly context: ActionContext;
  readonly approved: Requests['approved'];
  /** How the Action's own sets are planned where receipts are out of reach; undefined: not at all. */
  readonly assume?: (set: TokenSet) => Omit<Assumption, 'readable'>;
}

export interface OpenPass {
  readonly pass: Pass;
  /** Sets that only a cluster can plan, since their issuer is not among the manifests. */
  readonly unplanned: readonly TokenSet[];
}

/** Observes and plans, hands the result to `use`, and closes everything after it. */
export async function withPass<T>(
  manifest: Manifest,
  options: PassOptions,
  use: (open: OpenPass) => Promise<T>,
): Promise<T> {
  const { context } = options;
  const references = manifest.sets.flatMap((set) => providerOf(set, manifest) ?? []);
  const connections = openConnections(references, context);
  try {
    const entries: SetInRun[] = [];
    const unplanned: TokenSet[] = [];
    for (const set of manifest.sets) {
      const reference = providerOf(set, manifest);
      if (!reference) unplanned.push(set);
      else entries.push(await buildEntry(set, await connections.to(reference), options));
    }
    const pass = await prepare(buildRun(entries, context));
    return await use({ pass, unplanned });
  } finally {
    await connections.close();
  }
}

async function buildEntry(
  set: TokenSet,
  provider: SetInRun['provider'],
  { context, approved, assume }: PassOptions,
): Promise<SetInRun> {
  const requests: Requests = {
    rotate: new Set(),
    only: undefined,
    destroy: false,
    acknowledge: new Set(context.inputs.acknowledge),
    approved,
  };
  const entry = { set, owner: ownerOf(set, context), provider, requests };
  const readable = new Set([clusterKind]);
  if (applierOf(set) === 'controller') {
    const { before } = assume?.(set) ?? { before: undefined };
    return { ...entry, assume: { marks: 'every', before, readable } };
  }
  return assume && !context.secrets ? { ...entry, assume: { ...assume(set), readable } } : entry;
}

function buildRun(sets: readonly SetInRun[], context: ActionContext): Run {
  const { runtime, signal, stop, runner, secrets } = context;
  const reach = secrets ? { github: secrets } : {};
  const open: Run['open'] = (reference, { folder }) =>
    reference.kind === clusterKind ? undefined : openDestination(reference, { folder, ...reach });
  return {
    sets,
    runtime,
    open: openEachOnce(open),
    resolve: resolveKey,
    sweep: true,
    concurrency,
    memory: emptyMemory(),
    signal,
    stop,
    onEvent: (event) => {
      if (event.kind === 'began') runner.log(`${event.set}: ${event.change.kind} ${event.change.subject}`);
    },
  };
}

/** The provider of a set; of one that an issuer pays for, the issuer's, if it is among the manifests. */
function providerOf(set: TokenSet, { issuers }: Manifest): ProviderReference | undefined {
  return set.provider ?? issuers.find(({ name }) => name === set.issuer)?.provider;
}
