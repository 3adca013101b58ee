/**
 * Plans on disk: `plan --save` writes what was shown, `apply --plan` makes a fresh plan and goes on only
 * when it does what the saved one does. The file is never a source of ids or values to act on.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GuardRefusal } from '../core/errors.ts';
import type { Plan } from '../core/plan/types.ts';
import { safeJson } from '../render/escape.ts';
import { planToJson } from '../render/json/plan.ts';
import { comparePlans, parsePlanFile } from '../render/json/saved-plan.ts';
import type { Context } from './context.ts';
import { errorCode } from './error-code.ts';
import { UsageError } from './errors.ts';

export async function savePlans(path: string, plans: readonly Plan[], { cwd }: Context): Promise<void> {
  try {
    await writeFile(resolve(cwd, path), `${safeJson(planToJson(plans))}\n`);
  } catch (error) {
    throw new UsageError(`The plan cannot be saved to ${path} (${errorCode(error)}). Name another file.`);
  }
}

/**
 * Lets an apply go on that does what was saved.
 *
 * @throws GuardRefusal that says what moved since
 */
export async function requireSaved(path: string, plans: readonly Plan[], { cwd }: Context): Promise<void> {
  const file = parsePlanFile(await readText(path, cwd));
  if (file.kind === 'invalid') throw new UsageError(`${path} ${file.why}`);
  const moved = comparePlans(file.plan, plans);
  if (moved.length === 0) return;
  const lines = moved.map((sentence) => `\n  ${sentence}`).join('');
  throw new GuardRefusal(
    `what ${path} says is no longer what would be done:${lines}\n` +
      'Nothing was changed. Look at it with "keyturn plan" and save it again.',
    'plan-moved',
  );
}

async function readText(path: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read (${errorCode(error)}). Save a plan with "keyturn plan --save ${path}".`,
    );
  }
}
