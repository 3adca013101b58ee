/**
 * From a manifest's provider to a connection with the credential of this run. Every token value that is
 * issued is masked before anyone else sees it.
 */
import type { ProviderReference } from '../core/manifest/types.ts';
import type { Provider } from '../engine/ports.ts';
import type { ConnectedProvider } from '../providers/adapter.ts';
import { chooseProviderUrl, namedUrls } from '../providers/choose-url.ts';
import { providers } from '../providers/registry.ts';
import type { ActionContext } from './context.ts';
import { ActionFailure } from './failure.ts';
import type { Runner } from './runner.ts';

/** Requests in flight at once, to one provider. */
export const concurrency = 10;

export interface Connections {
  /** The same object for the same provider and configuration. */
  to(reference: Pick<ProviderReference, 'kind' | 'config'>): Promise<Provider>;
  close(): Promise<void>;
}

export function openConnections(context: ActionContext): Connections {
  const open = new Map<string, Promise<{ provider: Provider; close: () => Promise<void> }>>();
  return {
    to: async ({ kind, config }) => {
      // `credentials` is for the controller.
      const { credentials: _, ...rest } = config;
      const key = JSON.stringify([kind, rest]);
      const known = open.get(key) ?? connect({ kind, config: rest }, context);
      open.set(key, known);
      return (await known).provider;
    },
    close: async () => {
      const settled = await Promise.allSettled(open.values());
      for (const result of settled) if (result.status === 'fulfilled') await result.value.close();
    },
  };
}

async function connect(
  { kind, config }: Pick<ProviderReference, 'kind' | 'config'>,
  context: ActionContext,
): Promise<{ provider: Provider; close: () => Promise<void> }> {
  const { inputs, env, runtime, version, runner } = context;
  const { descriptor, adapter } = providers.get(kind) ?? {};
  if (!descriptor || !adapter)
    throw new ActionFailure('invalid-manifest', `This version of keyturn cannot reach "${kind}".`);
  const named = namedUrls(adapter, { given: inputs.providerUrls, env });
  const written = typeof config['url'] === 'string' ? config['url'] : undefined;
  const chosen = chooseProviderUrl(written, descriptor, { named, nameItWith: 'the input provider-url' });
  if (chosen.kind === 'refused') throw new ActionFailure('invalid-input', chosen.why);
  const credential = inputs.providerToken ?? (await findCredential(kind, context));
  const connected: ConnectedProvider = await adapter.connect({
    config: { ...config, url: chosen.url },
    credential,
    version,
    runtime,
    concurrency,
  });
  return { provider: masking(connected, runner), close: () => connected.close() };
}

async function findCredential(kind: string, { env, homeFolder, runner }: ActionContext) {
  const store = await providers.get(kind)?.adapter?.credentials();
  const found = await store?.find({ env, homeFolder });
  if (found?.kind === 'found') {
    runner.mask(found.credential);
    return found.credential;
  }
  throw new ActionFailure(
    'no-credential',
    `There is no credential for ${kind}: the input provider-token is empty. This run may have secrets,` +
      ` so give it` +
      ' one. Is the secret set, and is it one of this repository or of the environment that the job names?',
  );
}

/** A value is masked between its arrival and anything that could print it. */
function masking(provider: Provider, runner: Runner): Provider {
  return {
    ...provider,
    createToken: async (...input) => {
      const issued = await provider.createToken(...input);
      runner.mask(issued.value);
      return issued;
    },
  };
}
