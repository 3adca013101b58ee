/**
 * `keyturn rotate`: replaces one token now, with its overlap. Everything else of the manifest is left
 * alone.
 */
import { showAndCarryOut } from './carry-out.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import { loadSets } from './load.ts';
import type { ApplyingOptions } from './options.ts';
import { findDeclaring } from './requests.ts';
import { withPass } from './run.ts';

export interface RotateOptions extends ApplyingOptions {
  /** `user/token`. */
  readonly token: string;
}

export async function rotate(options: RotateOptions, context: Context): Promise<number> {
  const sets = await loadSets(options, context);
  const { token } = options;
  const [set, ...others] = findDeclaring(token, sets);
  if (set === undefined || others.length > 0) {
    throw new UsageError(
      `"${token}" is declared in several sets. Name the file of the one you mean with -f.`,
    );
  }
  const name = new Set([token]);
  return await withPass(
    [set],
    { sweep: false, rotate: name, only: name },
    {
      options,
      context,
      use: async (open) => {
        const question = "Rotate it now? Only 'yes' is accepted:";
        return await showAndCarryOut(open, { question, expected: 'yes' }, { options, context });
      },
    },
  );
}
