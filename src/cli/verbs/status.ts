/** `keyturn status`: how every declared token is doing. Changes nothing. */
import { type DeclarationStatus, summarize } from '../../core/status.ts';
import { answerStatus } from '../answer.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../errors.ts';
import { isNeglected } from '../exit-code.ts';
import { loadSets } from '../load.ts';
import type { GlobalOptions } from '../options.ts';
import { withPass } from '../run.ts';

export interface StatusOptions extends GlobalOptions {
  readonly verbose?: boolean;
}

/** @returns 1 when a consumer is not, or will soon not be, served as declared */
export async function status(options: StatusOptions, context: Context): Promise<number> {
  const sets = await loadSets(options, context);
  return await withPass(
    sets,
    { sweep: false },
    {
      options,
      context,
      use: async ({ pass }) => {
        const found = pass.sets.map(({ input, plan }) => summarize(input, plan));
        context.stdout.write(answerStatus(found, { options, context, entries: pass.run.sets }));
        const isWell = found.every(({ declarations }) => declarations.every(isServed));
        return isWell ? exitCodes.done : exitCodes.failed;
      },
    },
  );
}

function isServed(declaration: DeclarationStatus): boolean {
  return !isNeglected(declaration) && declaration.health !== 'blocked' && declaration.health !== 'missing';
}
