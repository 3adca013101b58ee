/** Tokens that work no more, where a provider remembers them: for `keyturn tokens --all` only. */
import { describeTokens, type TokenRow } from '../render/token-rows.ts';
import type { Reached, Seen } from './reach.ts';

export interface Ended {
  readonly rows: readonly TokenRow[];
  /** Providers that forget what has ended, as messages name them. */
  readonly forgetful: readonly string[];
}

/** @param seen what is alive: one's own tokens are listed under the name that it has there */
export async function listEnded(
  { connections, known }: Pick<Reached, 'connections' | 'known'>,
  seen: Seen,
  signal: AbortSignal,
): Promise<Ended> {
  const rows: TokenRow[] = [];
  const forgetful: string[] = [];
  for (const connection of connections) {
    const { provider } = connection;
    const tellsLastUse = provider.capabilities.lastUsed;
    const users = seen.users.filter((entry) => entry.connection === connection);
    if (!provider.listEnded) forgetful.push(provider.title);
    for (const { user, token, ended } of (await provider.listEnded?.(signal)) ?? []) {
      const listed = users.find((entry) => entry.user.id === user.id)?.user ?? user;
      rows.push(
        ...describeTokens(listed, [token], { ...known, tellsLastUse }).map((row) => ({ ...row, ended })),
      );
    }
  }
  return { rows, forgetful };
}
