/**
 * Where the verbs by hand look: the providers that the manifests name, or one organization without any
 * manifest; and every token that can be seen there.
 */
import pLimit from 'p-limit';
import { ProviderError } from '../core/errors.ts';
import type { TokenSet } from '../core/manifest/types.ts';
import type { TokenRecord, UserRecord } from '../core/observation.ts';
import { describeTokens, type KnownOwners, type TokenRow } from '../render/token-rows.ts';
import type { Wanted } from '../providers/choose-url.ts';
import { adapterOf, chooseUrl, type Connection, concurrency, openConnections } from './connect.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import { loadSets } from './load.ts';
import type { GlobalOptions } from './options.ts';
import { ownerOf } from './owner.ts';
import { providerOf } from './run.ts';

export interface ReachingOptions extends GlobalOptions {
  /** A place at a provider without any manifest: which one, and the organization where it has several. */
  readonly provider?: string;
  readonly organization?: string;
}

export interface Reached {
  readonly connections: readonly Connection[];
  /** Those of the manifests; what they own is ours. */
  readonly sets: readonly TokenSet[];
  readonly known: KnownOwners;
}

/** Opens every provider in question, hands them to `use`, and closes them after it. */
export async function withReached<T>(
  options: ReachingOptions,
  context: Context,
  use: (reached: Reached) => Promise<T>,
): Promise<T> {
  const bare = bareReference(options, context);
  const isBare = bare !== undefined && options.file === undefined;
  const sets = isBare ? [] : await loadSets(options, context);
  const references = bare === undefined ? sets.map(providerOf) : [bare];
  const opened = openConnections(references, options, context);
  try {
    const connections = await Promise.all(references.map((reference) => opened.to(reference)));
    const named = sets.filter(({ ownerId }) => ownerId !== undefined);
    const known = { sets: named.map((set) => ({ name: set.name, owner: ownerOf(set) })) };
    return await use({ connections: [...new Set(connections)], sets, known });
  } finally {
    await opened.close();
  }
}

function bareReference(options: ReachingOptions, context: Context): Wanted | undefined {
  const { organization, provider: kind = 'aiven' } = options;
  if (organization === undefined && options.provider === undefined) return undefined;
  const registered = adapterOf(kind);
  const url = chooseUrl({ kind, config: {} }, registered, { options, context });
  const place = organization === undefined ? { url } : { url, organizationId: organization };
  const parsed = registered.descriptor.schema.safeParse(place);
  if (parsed.success) return { kind, config: parsed.data };
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw new UsageError(`${registered.descriptor.title} has no organizations. Leave --organization out.`);
  if (organization === undefined)
    throw new UsageError(`Which organization of ${registered.descriptor.title}? Give --organization ID.`);
  throw new UsageError(`--organization "${organization}" ${issue?.message ?? 'is wrong'}`);
}

/** A user with its tokens; one who cannot be listed has the reason instead. */
export interface UserTokens {
  readonly connection: Connection;
  readonly user: UserRecord;
  readonly tokens: readonly TokenRecord[];
  readonly rows: readonly TokenRow[];
}

export interface Seen {
  readonly users: readonly UserTokens[];
  /** What could not be listed, a sentence each. */
  readonly unseen: readonly string[];
  /** The latest time of the providers that were asked. */
  readonly now: number;
}

/**
 * Every token of every application user, and one's own where the credential may list them.
 *
 * @throws ProviderError when not even the users can be listed
 */
export async function listEverything(
  { connections, known }: Pick<Reached, 'connections' | 'known'>,
  signal: AbortSignal,
): Promise<Seen> {
  const users: UserTokens[] = [];
  const unseen: string[] = [];
  const limit = pLimit(concurrency);
  for (const connection of connections) {
    const { provider } = connection;
    const tellsLastUse = provider.capabilities.lastUsed;
    const listed = await provider.listUsers(signal);
    const me = await unlessRefused(() => provider.me(signal), unseen);
    // Where the caller is one of the users, its tokens are listed once, as its own.
    const all = me ? [...listed.users.filter(({ id }) => id !== me.id), me] : listed.users;
    const found = await Promise.all(
      all.map((user) =>
        limit(async () => {
          const tokens = await unlessRefused(() => provider.listTokens(user, signal), unseen);
          const rows = describeTokens(user, tokens ?? [], { ...known, tellsLastUse });
          return tokens && { connection, user, tokens, rows };
        }),
      ),
    );
    users.push(...found.flatMap((entry) => entry ?? []));
  }
  const now = Math.max(...connections.map(({ provider }) => provider.now()));
  return { users, unseen, now };
}

async function unlessRefused<T>(look: () => Promise<T>, unseen: string[]): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.failure === 'credential') throw error;
    unseen.push(error.message);
    return undefined;
  }
}
