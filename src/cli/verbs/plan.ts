/** `keyturn plan`: observes, plans and shows. Changes nothing; a plan is shown whatever guards say of it. */
import type { Context } from '../context.ts';
import { answerPlans } from '../answer.ts';
import { exitCodes } from '../errors.ts';
import { couldNotLook } from '../exit-code.ts';
import { loadSets } from '../load.ts';
import type { PlanningOptions } from '../options.ts';
import { readRequests } from '../requests.ts';
import { withPass } from '../run.ts';
import { savePlans } from '../saved-plan.ts';
import { isIdle } from '../../render/words.ts';

export interface PlanOptions extends PlanningOptions {
  /** Where to write the plan for `apply --plan`. */
  readonly save?: string;
  readonly detailedExitcode?: boolean;
  readonly verbose?: boolean;
}

export async function plan(options: PlanOptions, context: Context): Promise<number> {
  const sets = await loadSets(options, context);
  return await withPass(sets, readRequests(options, sets), {
    options,
    context,
    use: async ({ pass }) => {
      const plans = pass.sets.map((planned) => planned.plan);
      context.stdout.write(answerPlans(plans, { options, context, entries: pass.run.sets }));
      if (options.save !== undefined) await savePlans(options.save, plans, context);
      if (plans.some(couldNotLook)) return exitCodes.failed;
      const isPending = options.detailedExitcode === true && !plans.every(isIdle);
      return isPending ? exitCodes.pending : exitCodes.done;
    },
  });
}
