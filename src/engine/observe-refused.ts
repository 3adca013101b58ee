/**
 * Tries the values of tokens that are too young for the list to show. Without that, a token revoked minutes
 * after its issue would count as alive until the list can be believed, while its consumers are refused.
 */
import { listLagMs } from '../core/plan/situation.ts';
import type { Provider } from './ports.ts';
import type { Run } from './run.ts';
import type { ProviderView, States } from './view.ts';

/** @returns ids of current tokens that no list shows and whose value the provider refuses. */
export async function findRefused(
  run: Run,
  view: ProviderView,
  states: States,
): Promise<ReadonlySet<string>> {
  const { provider } = view;
  const listed = new Set(
    [...view.tokens.values()].flatMap((list) =>
      list.kind === 'listed' ? list.tokens.map(({ id }) => id) : [],
    ),
  );
  const refused = new Set<string>();
  const tried = new Set<string>();
  for (const { set, provider: other } of run.sets) {
    for (const { deliverTo, spec } of other === provider ? set.declarations : []) {
      // A refusal of a token that is bound to other addresses proves nothing.
      if (spec.ipAllowlist.length > 0) continue;
      for (const { identity } of deliverTo) {
        const young = youngValue(provider, states.get(identity));
        if (!young || listed.has(young.id) || tried.has(young.id)) continue;
        tried.add(young.id);
        if ((await provider.verify(young.value, run.signal)) === 'refused') refused.add(young.id);
      }
    }
  }
  return refused;
}

/** The value that a place holds, when its receipt says that it was issued less than the list lag ago. */
function youngValue(provider: Provider, state: ReturnType<States['get']>) {
  if (!state || state instanceof Error || state.receipt.kind !== 'receipt') return undefined;
  const { current } = state.receipt.receipt;
  if (!current || state.value.kind !== 'held' || provider.idOf(state.value.value) !== current.id)
    return undefined;
  return provider.now() - current.issuedAt < listLagMs
    ? { id: current.id, value: state.value.value }
    : undefined;
}
