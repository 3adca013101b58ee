/** One provider's side of an observation, and the reads that fill it. */
import { InvariantError, ProviderError } from '../core/errors.ts';
import type { Observation, Tokens, UserRecord, Users } from '../core/observation.ts';
import type { DestinationState, Provider } from './ports.ts';
import type { Run } from './run.ts';

/** What is known of a provider while it is being read; shared by every set that it issues for. */
export interface ProviderView {
  readonly provider: Provider;
  users: Users;
  me: Observation['me'];
  /** By user id. */
  readonly tokens: Map<string, Tokens>;
  /** Ids of tokens that no list shows and whose value is refused. */
  refused: ReadonlySet<string>;
}

/** By identity: what was read at a destination, or why it could not be. */
export type States = Map<string, DestinationState | Error>;

/** One list of one user's tokens, or why it could not be had. Rows that a provider repeats count once. */
export async function listTokens(run: Run, provider: Provider, user: UserRecord): Promise<Tokens> {
  return await settle(provider, async () => {
    const rows = await provider.listTokens(user, run.signal);
    const tokens = [...new Map(rows.map((token) => [token.id, token])).values()];
    return { kind: 'listed' as const, tokens, twice: false };
  });
}

/**
 * Turns a failed read into `unknown`. A dead credential, a provider that never answered and our own bugs go
 * through and end the run.
 */
export async function settle<T>(
  provider: Provider,
  read: () => Promise<T>,
): Promise<T | { kind: 'unknown'; why: string }> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProviderError && error.failure !== 'credential' && hasTime(provider)) {
      return { kind: 'unknown', why: error.message };
    }
    throw error;
  }
}

/** Without one answer there is no time to plan by. */
function hasTime(provider: Provider): boolean {
  try {
    provider.now();
    return true;
  } catch (error) {
    if (error instanceof InvariantError) return false;
    throw error;
  }
}
