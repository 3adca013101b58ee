import { describe, expect, it } from '@jest/globals';
import { allFeatures, type Feature, type Rates } from './features.ts';
import type { Limits } from './options.ts';
import { type Shrinkable, shrink } from './shrink.ts';

const all: Limits = { without: new Set() };

/** A world with three declarations and ten passes that breaks when `isBroken` says so. */
function play(limits: Limits, isBroken: (world: Shrinkable) => string | undefined): Promise<Shrinkable> {
  const rates = allFeatures.map((feature) => [feature, limits.without.has(feature) ? 0 : 1] as const);
  const world = {
    rates: Object.fromEntries(rates) as Rates,
    declarations: Math.min(3, limits.mostDeclarations ?? 3),
    passes: Math.min(10, limits.mostPasses ?? 10),
  };
  const invariant = isBroken({ ...world, violation: undefined });
  return Promise.resolve({ ...world, violation: invariant === undefined ? undefined : { invariant } });
}

function featuresOf({ rates }: Shrinkable): readonly Feature[] {
  return allFeatures.filter((feature) => rates[feature] > 0);
}

describe('shrinking a violation', () => {
  it('leaves exactly what is needed for it', async () => {
    const isBroken = ({ rates, declarations, passes }: Shrinkable) =>
      rates.crash > 0 && rates.loseMark > 0 && declarations >= 2 && passes >= 4 ? 'S1' : undefined;
    const shrunk = await shrink((limits) => play(limits, isBroken), all);
    expect(shrunk && featuresOf(shrunk.outcome)).toEqual(['crash', 'loseMark']);
    expect([shrunk?.limits.mostDeclarations, shrunk?.limits.mostPasses]).toEqual([2, 4]);
  });

  it('does not take another violation for the same one', async () => {
    const isBroken = ({ rates }: Shrinkable) => (rates.freeze > 0 ? 'S1' : 'S2');
    const shrunk = await shrink((limits) => play(limits, isBroken), all);
    expect(shrunk?.outcome.violation).toEqual({ invariant: 'S1' });
    expect(shrunk && featuresOf(shrunk.outcome)).toEqual(['freeze']);
  });

  it('asks again for what could go only after something else had gone', async () => {
    // The first feature is needed for as long as the last one is there.
    const isBroken = ({ rates }: Shrinkable) =>
      rates.tamper > 0 && (rates.crash > 0 || rates.loseMark === 0) ? 'S6' : undefined;
    const shrunk = await shrink((limits) => play(limits, isBroken), all);
    expect(shrunk && featuresOf(shrunk.outcome)).toEqual(['tamper']);
    expect([shrunk?.limits.mostDeclarations, shrunk?.limits.mostPasses]).toEqual([1, 1]);
  });

  it('has nothing to say about a run that breaks nothing', async () => {
    expect(await shrink((limits) => play(limits, () => undefined), all)).toBeUndefined();
  });
});
