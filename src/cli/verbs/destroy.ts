/**
 * `keyturn destroy`: takes every value of a set away from its destinations and revokes every token of it.
 * Application users stay, since others may hold tokens of them.
 */
import { showAndCarryOut } from '../carry-out.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../errors.ts';
import { loadSets } from '../load.ts';
import type { ApplyingOptions } from '../options.ts';
import { chooseSet } from '../requests.ts';
import { withPass } from '../run.ts';

export interface DestroyOptions extends ApplyingOptions {
  /** Name of the set, where there are several. */
  readonly set?: string;
}

export async function destroy(options: DestroyOptions, context: Context): Promise<number> {
  const sets = await loadSets(options, context);
  const set = chooseSet(options.set, sets);
  return await withPass(
    [set],
    { sweep: true, destroy: true },
    {
      options,
      context,
      use: async (open) => {
        const question = `This revokes every token of "${set.name}". Type its name to go on:`;
        const code = await showAndCarryOut(open, { question, expected: set.name }, { options, context });
        if (code === exitCodes.done) {
          context.stderr.write(
            `Now take "${set.name}" out of the manifest: the next apply would issue everything again.\n`,
          );
        }
        return code;
      },
    },
  );
}
