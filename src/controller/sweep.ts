/**
 * Where tokens of ours are that no manifest leads to: once a day every user of a provider is listed, once for
 * all sets, and whoever has a token with a set's mark is looked at by that set's next passes.
 */
import { ProviderError } from '../core/errors.ts';
import { parseDescription } from '../core/mark.ts';
import type { Connection } from './connections.ts';
import type { Office } from './office.ts';
import { noteTrace } from './traces.ts';

const dayMs = 86_400_000;
/** What is due is never waited for: a look at everything is the last in every queue. */
const lastRank = 9;

/** Goes on until the signal is aborted. */
export async function keepSweeping(office: Office, signal: AbortSignal): Promise<void> {
  const { runtime, connections, settings, log } = office;
  const sweptAt = new Map<Connection['lists'], number>();
  while (!signal.aborted) {
    await runtime.sleep(Math.min(settings.lookEveryMs, 60_000), signal);
    for (const connection of connections.all()) {
      const last = sweptAt.get(connection.lists);
      if (signal.aborted || (last !== undefined && runtime.monotonicMs() - last < dayMs)) continue;
      sweptAt.set(connection.lists, runtime.monotonicMs());
      try {
        await sweep(office, connection, signal);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        log.write('warn', `the daily look at every user: ${error.message}`);
      }
    }
  }
}

async function sweep(
  { budget, traces, isLeading }: Office,
  { provider, budget: own }: Connection,
  signal: AbortSignal,
): Promise<void> {
  const turn = async (): Promise<void> => {
    await budget.take(lastRank, signal);
    await own.take(lastRank, signal);
  };
  await turn();
  const { users } = await provider.listUsers(signal);
  // One after the other: there is all day.
  for (const user of users) {
    await turn();
    if (signal.aborted || !isLeading()) return;
    for (const { description } of await provider.listTokens(user, signal)) {
      const parsed = parseDescription(description);
      if (parsed.kind === 'mark') noteTrace(traces, parsed.mark.owner, user.name);
    }
  }
}
