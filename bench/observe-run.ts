/**
 * One observation by the engine inside this process, without destinations: files are read by the whole plan,
 * which has a case of its own.
 */
import { parseManifests } from '../src/core/manifest/parse.ts';
import type { TokenSet } from '../src/core/manifest/types.ts';
import { hashOwner } from '../src/core/mark.ts';
import { destinationDescriptors } from '../src/destinations/registry.ts';
import { observe } from '../src/engine/observe.ts';
import type { Runtime } from '../src/engine/ports.ts';
import { emptyMemory, type Run } from '../src/engine/run.ts';
import type { ConnectedProvider } from '../src/providers/adapter.ts';
import { providers } from '../src/providers/registry.ts';
import { ownerId, setName } from './manifest.ts';

/** The only set of a manifest, its destinations taken away. */
export function declaredAlone(text: string): TokenSet {
  const descriptors = {
    providers: [...providers.values()].map(({ descriptor }) => descriptor),
    destinations: destinationDescriptors,
  };
  const { manifest } = parseManifests([{ file: 'tokens.yaml', folder: '.', text }], descriptors);
  const [set] = manifest.sets;
  if (!set) throw new Error('The manifest of the benchmark is not valid.');
  return { ...set, declarations: set.declarations.map((entry) => ({ ...entry, deliverTo: [] })) };
}

/** Observes what the set needs, and closes the provider. */
export async function observeWith(
  provider: ConnectedProvider,
  set: TokenSet,
  { runtime, concurrency }: { readonly runtime: Runtime; readonly concurrency: number },
): Promise<void> {
  const { signal } = new AbortController();
  const run: Run = {
    sets: [
      {
        set,
        owner: { hash: hashOwner(ownerId, setName), former: new Map(), explicit: true },
        provider,
        requests: {
          rotate: new Set(),
          only: undefined,
          destroy: false,
          acknowledge: new Set(),
          approved: 'all',
        },
      },
    ],
    runtime,
    open: () => undefined,
    resolve: () => undefined,
    sweep: false,
    concurrency,
    memory: emptyMemory(),
    signal,
    stop: signal,
    onEvent: () => undefined,
  };
  await observe(run);
  await provider.close();
}
