/**
 * `keyturn rotate`: replaces one token now, with its overlap. Everything else of the manifest is left
 * alone.
 */
import type { Change } from '../../core/plan/types.ts';
import { showAndCarryOut } from '../carry-out.ts';
import type { Context } from '../context.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { loadSets } from '../load.ts';
import type { ApplyingOptions } from '../options.ts';
import { findDeclaring } from '../requests.ts';
import { withPass } from '../run.ts';

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
        const code = await showAndCarryOut(open, { question, expected: 'yes' }, { options, context });
        const held = open.pass.sets.flatMap(({ plan }) => plan.changes.find(isHeldBack) ?? [])[0];
        if (held === undefined || code !== exitCodes.done) return code;
        context.stderr.write(`"${token}" was not rotated (${held.reason}). Run again later.\n`);
        return exitCodes.refused;
      },
    },
  );
}

/** Asked for, and yet kept: an attempt is under way, or too many tokens of it are alive. */
function isHeldBack({ kind, reason }: Change): boolean {
  return kind === 'keep' && reason !== 'Unobserved';
}
