/**
 * From a manifest's provider to a connection with the credential of this run. Every token value that is
 * issued is masked before anyone else sees it.
 */
import { InvariantError } from '../core/errors.ts';
import type { Provider } from '../engine/ports.ts';
import { chooseProviderUrl, type Wanted } from '../providers/choose-url.ts';
import { type Destined, refuseSharedCredential } from '../providers/one-place.ts';
import { providers } from '../providers/registry.ts';
import type { ActionContext } from './context.ts';
import { ActionFailure } from './failure.ts';
import type { Runner } from './runner.ts';

/** Requests in flight at once, to one provider. */
export const concurrency = 10;

export interface Connections {
  /** The same object for the same provider and configuration. */
  to(reference: Wanted): Promise<Provider>;
  close(): Promise<void>;
}

/** @param wanted every provider of the run; what only one of them may have is decided by all */
export function openConnections(wanted: readonly Wanted[], context: ActionContext): Connections {
  const open = new Map<string, Promise<{ provider: Provider; close: () => Promise<void> }>>();
  const destined = new Map<string, Destined>();
  const destine = async (): Promise<void> => {
    for (const one of wanted) destined.set(keyOf(one), await destination(one, wanted, context));
    const why = refuseSharedCredential([...destined.values()]);
    if (why !== undefined) throw new ActionFailure('invalid-input', why);
  };
  let ready: Promise<void> | undefined;
  return {
    to: async (reference) => {
      ready ??= destine();
      await ready;
      const key = keyOf(reference);
      const known = open.get(key) ?? connect(reference, destined.get(key), context);
      open.set(key, known);
      return (await known).provider;
    },
    close: async () => {
      const settled = await Promise.allSettled(open.values());
      for (const result of settled) if (result.status === 'fulfilled') await result.value.close();
    },
  };
}

function keyOf({ kind, config }: Wanted): string {
  return JSON.stringify([kind, withoutCredentials(config)]);
}

/** `credentials` is for the controller. */
function withoutCredentials({ credentials: _, ...rest }: Wanted['config']): Wanted['config'] {
  return rest;
}

async function destination(
  wanted: Wanted,
  all: readonly Wanted[],
  context: ActionContext,
): Promise<Destined> {
  const { inputs, env } = context;
  const { kind } = wanted;
  const registered = providers.get(kind);
  if (!registered)
    throw new ActionFailure('invalid-manifest', `This version of keyturn cannot reach "${kind}".`);
  const named = { given: inputs.providerUrls, env, nameItWith: 'the input provider-url', all };
  const chosen = chooseProviderUrl(wanted, registered, named);
  if (chosen.kind === 'refused') throw new ActionFailure('invalid-input', chosen.why);
  const { url } = chosen;
  if (inputs.providerToken)
    return { kind, url, credential: inputs.providerToken, source: 'the input provider-token' };
  const { credential, source } = await findCredential(kind, url, context);
  return { kind, url, credential, source };
}

async function connect(
  { kind, config }: Wanted,
  destined: Destined | undefined,
  { runtime, version, runner }: ActionContext,
): Promise<{ provider: Provider; close: () => Promise<void> }> {
  const adapter = providers.get(kind)?.adapter;
  if (!destined || !adapter) throw new InvariantError(`a connection to ${kind} was not announced`);
  const { url, credential } = destined;
  const place = { ...withoutCredentials(config), url };
  const connected = await adapter.connect({ config: place, credential, version, runtime, concurrency });
  return { provider: masking(connected, runner), close: () => connected.close() };
}

async function findCredential(kind: string, url: string, { env, homeFolder, runner }: ActionContext) {
  const store = await providers.get(kind)?.adapter.credentials();
  const found = await store?.find({ env, homeFolder, url });
  if (found?.kind === 'found') {
    runner.mask(found.credential);
    return found;
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
