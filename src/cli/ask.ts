/** Questions before something that cannot be undone. Whoever nobody can ask must have said `--yes`. */
import { GuardRefusal } from '../core/errors.ts';
import type { Context } from './context.ts';
import type { ApplyingOptions } from './options.ts';

/**
 * Asks for `expected` to be typed.
 *
 * @param options.yes the answer was given on the command line
 * @returns false when the person typed something else
 * @throws GuardRefusal when there is nobody to ask
 */
export async function confirm(
  { question, expected }: { readonly question: string; readonly expected: string },
  { yes = false }: Pick<ApplyingOptions, 'yes'>,
  context: Context,
): Promise<boolean> {
  if (yes) return true;
  if (!context.canAsk) {
    throw new GuardRefusal(
      'there is no terminal to ask on. To go on without being asked, run with --yes.',
      'unasked',
    );
  }
  const answer = await context.ask(`${question} `);
  if (answer?.trim() === expected) return true;
  context.stderr.write('Nothing was changed.\n');
  return false;
}
