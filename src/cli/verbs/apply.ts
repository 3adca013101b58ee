/** `keyturn apply`: shows the plan, asks, and carries it out. What it may do is decided by the plan alone. */
import type { Context } from '../context.ts';
import { loadSets } from '../load.ts';
import type { ApplyingOptions, PlanningOptions } from '../options.ts';
import { readRequests } from '../requests.ts';
import { withPass } from '../run.ts';
import { requireSaved } from '../saved-plan.ts';
import { showAndCarryOut } from '../carry-out.ts';

export interface ApplyOptions extends PlanningOptions, ApplyingOptions {
  /** A file that `plan --save` wrote. */
  readonly plan?: string;
}

export async function apply(options: ApplyOptions, context: Context): Promise<number> {
  const sets = await loadSets(options, context);
  return await withPass(sets, readRequests(options, sets), {
    options,
    context,
    use: async (open) => {
      const plans = open.pass.sets.map(({ plan }) => plan);
      if (options.plan !== undefined) await requireSaved(options.plan, plans, context);
      const question = "Apply these changes? Only 'yes' is accepted:";
      return await showAndCarryOut(open, { question, expected: 'yes' }, { options, context });
    },
  });
}
