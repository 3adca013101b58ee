/**
 * Reads the world once: one list of users per provider, one list of tokens per user, one read per
 * destination. What cannot be read becomes `unknown`; only a dead credential ends the run. A token value is
 * looked at just long enough to tell which token it is.
 */
import pLimit from 'p-limit';
import { DeliveryError } from '../core/errors.ts';
import type { DestinationReference } from '../core/manifest/types.ts';
import type { Observation, Reading } from '../core/observation.ts';
import { askAgain } from './observe-again.ts';
import { findRefused } from './observe-refused.ts';
import type { DestinationState, Provider } from './ports.ts';
import type { Run, SetInRun } from './run.ts';
import { startCheckedStopwatch } from './stopwatch.ts';
import { listTokens, type ProviderView, type States, settle } from './view.ts';

/** Observes every set of the run; the sets of one provider share its lists. */
export async function observe(run: Run): Promise<ReadonlyMap<SetInRun, Observation>> {
  const elapsedMs = startCheckedStopwatch(run.runtime);
  const views = new Map<Provider, ProviderView>();
  for (const { provider } of run.sets) {
    views.set(provider, {
      provider,
      users: { kind: 'listed', at: '', users: [] },
      me: undefined,
      tokens: new Map(),
      refused: new Set(),
    });
  }
  const limit = pLimit(run.concurrency);
  const states: States = new Map();
  const references = run.sets.flatMap(({ set }) =>
    set.declarations.flatMap(({ deliverTo }) => deliverTo.map((reference) => ({ reference, set }))),
  );
  await Promise.all([
    ...[...views.values()].map(async (view) => await listProvider(run, view)),
    ...references.map(
      async ({ reference, set }) => await limit(() => readState(run, { reference, set, states })),
    ),
  ]);
  const dropped = await readDropped(run, states);
  for (const view of views.values()) {
    await askAgain(run, view, states);
    view.refused = await findRefused(run, view, states);
  }
  return new Map(
    run.sets.map((entry) => [
      entry,
      assemble(run, entry, { views, states, dropped, elapsedMs: elapsedMs() }),
    ]),
  );
}

async function listProvider(run: Run, view: ProviderView): Promise<void> {
  const sets = run.sets.filter(({ provider }) => provider === view.provider);
  // A sweep also finds the tokens of a personal declaration that was the last one to leave the manifest.
  const personal =
    run.sweep || sets.some(({ set }) => set.declarations.some((declaration) => declaration.personal));
  const [users, me] = await Promise.all([
    settle(view.provider, async () => ({
      kind: 'listed' as const,
      ...(await view.provider.listUsers(run.signal)),
    })),
    personal ? settle(view.provider, () => view.provider.me(run.signal)) : undefined,
  ]);
  view.users = users;
  view.me = me;
  const declared = new Set(sets.flatMap(({ set }) => set.users.map(({ name }) => name)));
  for (const name of run.alsoList ?? []) declared.add(name);
  const wanted =
    users.kind === 'listed' ? users.users.filter(({ name }) => run.sweep || declared.has(name)) : [];
  const all = me && !('kind' in me) ? [...wanted, me] : wanted;
  const limit = pLimit(run.concurrency);
  let done = 0;
  await Promise.all(
    all.map((user) =>
      limit(async () => {
        view.tokens.set(user.id, await listTokens(run, view.provider, user));
        run.onEvent({ kind: 'listed', done: ++done, total: all.length });
      }),
    ),
  );
}

async function readState(
  run: Run,
  { reference, set, states }: { reference: DestinationReference; set: SetInRun['set']; states: States },
): Promise<void> {
  if (states.has(reference.identity)) return;
  const destination = run.open(reference, set);
  if (!destination) {
    states.set(reference.identity, new Error(`"${reference.key}" cannot be reached from here`));
    return;
  }
  try {
    states.set(reference.identity, await destination.read(run.signal));
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    states.set(reference.identity, error);
  }
}

type Dropped = ReadonlyMap<SetInRun, ReadonlyMap<string, readonly DestinationReference[]>>;

/** Reads the destinations that receipts name and the manifest does not. */
async function readDropped(run: Run, states: States): Promise<Dropped> {
  const dropped = new Map<SetInRun, Map<string, readonly DestinationReference[]>>();
  for (const entry of run.sets) {
    const byDeclaration = new Map<string, readonly DestinationReference[]>();
    dropped.set(entry, byDeclaration);
    const names = new Set(entry.set.declarations.map(({ name }) => name));
    for (const { name, deliverTo } of entry.set.declarations) {
      const claim = { name, names, owner: entry.owner };
      const keys = new Set(
        deliverTo.flatMap(({ identity }) => namedDestinations(states.get(identity), claim)),
      );
      const unknown = [...keys].filter((key) => !deliverTo.some((reference) => reference.key === key));
      const references = unknown.flatMap((key) => run.resolve(key, entry.set) ?? []);
      if (references.length > 0) byDeclaration.set(name, references);
      for (const reference of references) await readState(run, { reference, set: entry.set, states });
    }
  }
  return dropped;
}

function namedDestinations(
  state: DestinationState | Error | undefined,
  {
    name,
    names,
    owner,
  }: { readonly name: string; readonly names: ReadonlySet<string>; readonly owner: SetInRun['owner'] },
): readonly string[] {
  if (!state || state instanceof Error || state.receipt.kind !== 'receipt') return [];
  const { receipt } = state.receipt;
  if (receipt.owner !== owner.hash && !owner.former.has(receipt.owner)) return [];
  // A name that is not declared is a former one.
  return receipt.token === name || !names.has(receipt.token) ? receipt.destinations : [];
}

function assemble(
  run: Run,
  entry: SetInRun,
  world: {
    views: ReadonlyMap<Provider, ProviderView>;
    states: States;
    dropped: Dropped;
    elapsedMs: number | undefined;
  },
): Observation {
  const view = world.views.get(entry.provider);
  const known = collectIds(world);
  const readings = new Map(
    [...world.states].map(([identity, state]) => [
      identity,
      toReading(state, { known, provider: entry.provider }),
    ]),
  );
  const prefix = `${entry.set.name}/`;
  const backOff = [...run.memory.backOff].filter(([key]) => key.startsWith(prefix));
  const now = entry.provider.now();
  return {
    now,
    begunAt: world.elapsedMs === undefined ? undefined : now - world.elapsedMs,
    users: view?.users ?? { kind: 'unknown', why: 'the users were not listed' },
    me: view?.me,
    // In one order whatever answer came first, so that the same world gives the same plan.
    tokens: new Map([...(view?.tokens ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))),
    refused: view?.refused ?? new Set(),
    readings,
    dropped: world.dropped.get(entry) ?? new Map(),
    swept: run.sweep,
    backOff: new Map(backOff.map(([key, { until }]) => [key.slice(prefix.length), until])),
  };
}

/** Ids that a value may be recognised as; anything else must not leak even its first characters. */
function collectIds({
  views,
  states,
}: {
  views: ReadonlyMap<Provider, ProviderView>;
  states: States;
}): Set<string> {
  const ids = new Set<string>();
  for (const { tokens } of views.values()) {
    for (const list of tokens.values()) {
      if (list.kind === 'listed') for (const { id } of list.tokens) ids.add(id);
    }
  }
  for (const state of states.values()) {
    if (state instanceof Error || state.receipt.kind !== 'receipt') continue;
    const { current, pending, previous } = state.receipt.receipt;
    for (const id of [current?.id, pending?.id, ...previous.map((token) => token.id)]) if (id) ids.add(id);
  }
  return ids;
}

function toReading(
  state: DestinationState | Error,
  { known, provider }: { known: ReadonlySet<string>; provider: Provider },
): Reading {
  if (state instanceof Error) return { kind: 'unknown', why: state.message };
  const { version, receipt, value } = state;
  if (value.kind !== 'held') return { kind: 'read', version, receipt, value };
  const id = provider.idOf(value.value);
  const isKnown = id !== undefined && known.has(id);
  return {
    kind: 'read',
    version,
    receipt,
    value: isKnown ? { kind: 'held', tokenId: id } : { kind: 'foreign' },
  };
}
