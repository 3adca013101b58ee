/** Shows plans, asks, carries them out and reports: what every verb does that changes declared tokens. */
import { carryOut } from '../engine/reconcile.ts';
import { isIdle } from '../render/words.ts';
import { answerPlans, answerReports } from './answer.ts';
import { confirm } from './ask.ts';
import type { Context } from './context.ts';
import { exitCodes } from './errors.ts';
import { codeOf, couldNotLook } from './exit-code.ts';
import type { ApplyingOptions } from './options.ts';
import type { OpenPass } from './run.ts';

/** @returns the exit code */
export async function showAndCarryOut(
  { pass, interruption, progress }: OpenPass,
  wanted: { readonly question: string; readonly expected: string },
  { options, context }: { readonly options: ApplyingOptions; readonly context: Context },
): Promise<number> {
  const plans = pass.sets.map(({ plan }) => plan);
  const world = { options, context, entries: pass.run.sets };
  // Where the answer is for a program, it is the report alone; the person who is asked reads the plan on
  // stderr.
  const writer = options.output === 'text' ? context.stdout : context.stderr;
  writer.write(answerPlans(plans, { ...world, options: { ...options, output: 'text' } }));
  if (!plans.every(isIdle)) {
    if (!(await confirm(wanted, options, context))) return exitCodes.failed;
    interruption.beginApplying();
  }
  const reports = await carryOut(pass).finally(() => progress.clear());
  const isSilent = options.output === 'text' && plans.every(isIdle);
  if (!isSilent) context.stdout.write(answerReports(reports, world));
  if (plans.some(couldNotLook))
    context.stderr.write('Not everything could be read; what could not was left as it is.\n');
  return codeOf(pass, reports);
}
