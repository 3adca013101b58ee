/** `keyturn tokens`: every token that can be seen, owned, foreign or unmanaged. Changes nothing. */
import { answerTokens } from '../answer.ts';
import type { Context } from '../context.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { listEverything, type ReachingOptions, withReached } from '../reach.ts';

export interface TokensOptions extends ReachingOptions {
  /** Only those of this user. */
  readonly user?: string;
}

/** @returns 1 when some could not be listed */
export async function tokens(options: TokensOptions, context: Context): Promise<number> {
  return await withReached(options, context, async (reached) => {
    const seen = await listEverything(reached, new AbortController().signal);
    const users = seen.users.filter(({ user }) => options.user === undefined || user.name === options.user);
    if (options.user !== undefined && users.length === 0) {
      const names = seen.users.map(({ user }) => user.name).join(', ');
      throw new UsageError(`There is no user "${options.user}". There are: ${names || 'none'}.`);
    }
    const rows = users.flatMap((entry) => entry.rows);
    context.stdout.write(answerTokens(rows, seen.now, { options, context }));
    for (const why of seen.unseen) context.stderr.write(`Not listed: ${why}\n`);
    return seen.unseen.length > 0 ? exitCodes.failed : exitCodes.done;
  });
}
