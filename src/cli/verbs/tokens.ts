/** `keyturn tokens`: every token that can be seen, owned, foreign or unmanaged. Changes nothing. */
import { answerTokens } from '../answer.ts';
import type { Context } from '../context.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { listEnded } from '../ended.ts';
import { listEverything, type ReachingOptions, withReached } from '../reach.ts';

export interface TokensOptions extends ReachingOptions {
  /** Only those of this user. */
  readonly user?: string;
  /** Also those that work no more. */
  readonly all?: boolean;
}

/** @returns 1 when some could not be listed */
export async function tokens(options: TokensOptions, context: Context): Promise<number> {
  return await withReached(options, context, async (reached) => {
    const { signal } = new AbortController();
    const seen = await listEverything(reached, signal);
    const ended = options.all ? await listEnded(reached, seen, signal) : { rows: [], forgetful: [] };
    const all = [...seen.users.flatMap((entry) => entry.rows), ...ended.rows];
    const rows = all.filter(({ user }) => options.user === undefined || user === options.user);
    const names = new Set([
      ...seen.users.map(({ user }) => user.name),
      ...ended.rows.map(({ user }) => user),
    ]);
    if (options.user !== undefined && !names.has(options.user))
      throw new UsageError(
        `There is no user "${options.user}". There are: ${[...names].join(', ') || 'none'}.`,
      );
    for (const title of ended.forgetful)
      context.stderr.write(`${title}: what was revoked or has expired is not remembered there.\n`);
    context.stdout.write(answerTokens(rows, seen.now, { options, context }));
    for (const why of seen.unseen) context.stderr.write(`Not listed: ${why}\n`);
    return seen.unseen.length > 0 ? exitCodes.failed : exitCodes.done;
  });
}
