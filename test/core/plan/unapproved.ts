/** What a plan comes to where nobody approved anything. */
import { expect } from '@jest/globals';
import type { Plan } from '../../../src/core/plan/types.ts';
import { planOf, type World } from './world.ts';

const nobody = { approved: new Set<string>() };

/** What would be done without an approval. */
export function unapproved(world: World): Plan {
  return planOf({ ...world, requests: nobody });
}

export function done(made: Plan): readonly unknown[] {
  return made.changes.flatMap((change) =>
    change.kind === 'keep' || !change.approved
      ? []
      : [[change.kind, change.reason, 'issue' in change ? change.issue.destinations : []]],
  );
}

/** What a review shows must be what an apply asks for. */
export function expectApprovable(world: World): void {
  const shown = planOf(world).changes.flatMap(({ digest }) => digest ?? []);
  const asked = unapproved(world).changes.flatMap(({ digest, approved }) => (approved ? [] : [digest]));
  expect(asked.length).toBeGreaterThan(0);
  expect(shown).toEqual(expect.arrayContaining(asked));
}
