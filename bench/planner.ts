/**
 * The planner alone, on worlds of 1,000 to 100,000 tokens in mixed situations. Beside it: reading the same
 * marks and nothing else, the least that any planner has to do.
 */
import { parseDescription } from '../src/core/mark.ts';
import { plan } from '../src/core/plan/plan.ts';
import type { PlanInput } from '../src/core/plan/types.ts';
import { atMost, type Case, inTurns, type Row, time } from './measure.ts';
import { buildPlanInput } from './planner-world.ts';

const sizes = [1_000, 10_000, 100_000];

export const planner: Case = async ({ runs, say }) => {
  const rows: Row[] = [];
  for (const size of sizes) {
    say(`planning ${size} tokens`);
    const input = buildPlanInput(size);
    const taken = await inTurns(runs, {
      plan: () => time(() => plan(input)),
      marks: () => time(() => readMarks(input)),
    });
    const marks = { what: 'their marks read', samples: taken.marks };
    const aim = size === 100_000 ? { aim: atMost(1_000, taken.plan, 'ms') } : {};
    const what = `plan of ${size.toLocaleString('en')} tokens`;
    rows.push({ what, unit: 'ms', samples: taken.plan, beside: marks, ...aim });
    const each = (samples: readonly number[]) => samples.map((ms) => (1_000 * ms) / size);
    const eachMark = { ...marks, samples: each(taken.marks) };
    rows.push({ what: '… per token', unit: 'µs', samples: each(taken.plan), beside: eachMark });
  }
  return rows;
};

function readMarks({ observation }: PlanInput): number {
  let found = 0;
  for (const tokens of observation.tokens.values()) {
    if (tokens.kind !== 'listed') continue;
    for (const { description } of tokens.tokens) if (parseDescription(description).kind === 'mark') found++;
  }
  return found;
}
