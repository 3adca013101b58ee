import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../src/core/plan/types.ts';
import { safeJson } from '../../../src/render/escape.ts';
import { planToJson } from '../../../src/render/json/plan.ts';
import { comparePlans, parsePlanFile, restrictTo } from '../../../src/render/json/saved-plan.ts';
import type { PlanOutput } from '../../../src/render/json/schema.ts';
import { everyKind, issue, keep, makePlan, revoke, samplePlan, troubledPlan } from '../samples.ts';

/** Through the file, as `plan --save` and `apply --plan` do. */
function save(...plans: readonly Plan[]): PlanOutput {
  const file = parsePlanFile(safeJson(planToJson(plans)));
  if (file.kind === 'invalid') throw new Error(file.why);
  return file.plan;
}

const due = { reason: 'RotationDue', cause: 'clock', message: 'expires in 13d' } as const;
const rotate = issue('rotate', 'ci/deploy', due);
const remove = revoke('etl/hourly', 'T1', { message: 'removed', digest: 'aaaaaaaaaaaaaaaaaaaa' });

describe('a saved plan', () => {
  it('is read back as it was written', () => {
    for (const plan of [samplePlan(), troubledPlan(), everyKind()]) {
      expect(save(plan)).toEqual(planToJson([plan]));
    }
  });

  it('says what is wrong with a file that is none', () => {
    expect(parsePlanFile('nope')).toMatchObject({
      kind: 'invalid',
      why: expect.stringContaining('not JSON'),
    });
    const other = safeJson({ ...planToJson([]), apiVersion: 'keyturn.dev/v9' });
    expect(parsePlanFile(other)).toMatchObject({
      kind: 'invalid',
      why: expect.stringContaining('apiVersion'),
    });
    const report = safeJson({ ...planToJson([]), kind: 'Report' });
    expect(parsePlanFile(report)).toMatchObject({ kind: 'invalid', why: expect.stringContaining('kind') });
  });
});

describe('comparing a saved plan with a fresh one', () => {
  it('finds nothing when only times, words and what is kept differ', () => {
    const later = issue('rotate', 'ci/deploy', { ...due, message: 'expires in 12d' });
    const fresh = makePlan([later, keep('web/a')], { now: 9e11 });
    expect(comparePlans(save(makePlan([rotate])), [fresh])).toEqual([]);
    for (const plan of [samplePlan(), troubledPlan(), everyKind()]) {
      expect(comparePlans(save(plan), [plan])).toEqual([]);
    }
  });

  it('says what is no longer planned, and why it is kept now', () => {
    const busy = keep('ci/deploy', { reason: 'Busy', message: 'an attempt may still deliver' });
    expect(comparePlans(save(makePlan([rotate, remove])), [makePlan([busy])])).toEqual([
      '"payments": rotate ci/deploy (RotationDue) was saved and is no longer planned;' +
        ' now kept, Busy: an attempt may still deliver',
      '"payments": revoke etl/hourly (token T1) (Removed) was saved and is no longer planned',
    ]);
  });

  it('says what is new, also when the clock or drift made it', () => {
    expect(comparePlans(save(makePlan([])), [makePlan([rotate])])).toEqual([
      '"payments": rotate ci/deploy (RotationDue) was not in the saved plan: expires in 13d',
    ]);
  });

  it.each([
    [
      'another reason',
      issue('rotate', 'ci/deploy', { ...due, reason: 'Tampered' }),
      'was saved for the reason RotationDue',
    ],
    [
      'other fields of the same rotation',
      issue('rotate', 'ci/deploy', {
        ...due,
        spec: { scopes: [], maxAgeSeconds: 1, extendWhenUsed: false, ipAllowlist: [] },
      }),
      'would now issue other fields than saved: expires in 13d',
    ],
    [
      'another digest',
      issue('rotate', 'ci/deploy', { ...due, digest: 'bbbbbbbbbbbbbbbbbbbb' }),
      'digest null, now bbbbbbbbbbbbbbbbbbbb',
    ],
    [
      'an approval',
      issue('rotate', 'ci/deploy', { ...due, approved: false }),
      'was approved then and is not now',
    ],
  ])('says %s of a change in one sentence', (_, change, sentence) => {
    const moved = comparePlans(save(makePlan([rotate])), [makePlan([change])]);
    expect(moved).toHaveLength(1);
    expect(moved[0]).toContain(sentence);
  });

  it('says that another generation was issued in between', () => {
    if (rotate.kind !== 'rotate') throw new Error('not a rotation');
    const next = { ...rotate, issue: { ...rotate.issue, generation: 9 } };
    expect(comparePlans(save(makePlan([rotate])), [makePlan([next])])[0]).toContain(
      'was saved as generation 8, and would now be 9',
    );
  });

  it('does not take one token for another', () => {
    const other = revoke('etl/hourly', 'T2', { message: 'removed', digest: 'aaaaaaaaaaaaaaaaaaaa' });
    expect(comparePlans(save(makePlan([remove])), [makePlan([other])])).toHaveLength(2);
  });

  it('says when the provider, the owner or the sets are others', () => {
    const saved = save(makePlan([remove]));
    expect(comparePlans(saved, [makePlan([remove], { title: 'aiven org2' })])[0]).toContain(
      'now for aiven org2',
    );
    expect(comparePlans(saved, [makePlan([remove], { ownerId: 'x' })])).toHaveLength(1);
    expect(comparePlans(saved, [makePlan([remove], { set: 'web' })])).toEqual([
      '"payments": the set was saved, but is not part of this run',
      '"web": the set is new since the plan was saved',
    ]);
  });
});

describe('a fresh plan held to a saved one', () => {
  it('keeps what was saved and leaves out what is new', () => {
    const fresh = makePlan([rotate, remove, issue('create', 'web/new'), keep('web/a')]);
    const [held] = restrictTo([fresh], save(makePlan([rotate, remove])));
    expect(held?.changes).toEqual([rotate, remove, keep('web/a')]);
    expect(comparePlans(save(makePlan([rotate, remove])), [held ?? fresh])).toEqual([]);
  });

  it('takes the changes of the fresh plan, so that the file names nothing to act on', () => {
    const later = issue('rotate', 'ci/deploy', { ...due, message: 'expires in 12d' });
    const [held] = restrictTo([makePlan([later])], save(makePlan([rotate])));
    expect(held?.changes[0]).toBe(later);
  });

  it('does nothing for another organization or a set that was not saved', () => {
    const saved = save(makePlan([remove]));
    const fresh = [makePlan([remove], { title: 'aiven org2' }), makePlan([remove], { set: 'web' })];
    expect(restrictTo(fresh, saved).map(({ changes }) => changes)).toEqual([[], []]);
  });

  it('carries the digest of what is left', () => {
    const other = issue('create', 'web/new', { digest: 'cccccccccccccccccccc' });
    const [whole] = restrictTo([makePlan([remove, other])], save(makePlan([remove, other])));
    const [held] = restrictTo([makePlan([remove, other])], save(makePlan([remove])));
    const [same] = restrictTo([makePlan([remove])], save(makePlan([remove])));
    expect(held?.digest).toBe(same?.digest);
    expect(held?.digest).not.toBe(whole?.digest);
  });
});
