// Every toggle under every value: the table is in toggle-cases/, its completeness is a matter of types and
// of the first test here.
import { describe, expect, it } from '@jest/globals';
import { aivenToggles, type Toggles } from '../../../src/emulator/aiven/toggles.ts';
import { start } from '../harness.ts';
import type { ToggleCase } from './toggle-cases/case.ts';
import { limits } from './toggle-cases/limits.ts';
import { reading } from './toggle-cases/reading.ts';
import { revoking } from './toggle-cases/revoking.ts';
import { statuses } from './toggle-cases/statuses.ts';

const cases: Readonly<Record<keyof Toggles, ToggleCase>> = {
  ...revoking,
  ...limits,
  ...statuses,
  ...reading,
};

const rows = Object.entries(cases).flatMap(([name, { observe, expected }]) =>
  expected.map(([value, observed]) => ({ name, value, observe, observed })),
);

describe('toggles of the Aiven emulator', () => {
  it('are observed under the default and every listed value, with a difference', () => {
    for (const [name, { expected }] of Object.entries(cases)) {
      const definition = aivenToggles[name as keyof Toggles];
      const listed = [String(definition.initial), ...definition.values.split(', ')];
      const wanted = listed.filter((text) => definition.read(text) !== undefined);
      expect(expected.map(([value]) => String(value))).toEqual(expect.arrayContaining(wanted));
      const differing = new Set(expected.map(([, observed]) => JSON.stringify(observed)));
      expect(`${name}: ${differing.size > 1}`).toBe(`${name}: true`);
    }
  });

  it.each(rows)('$name=$value behaves as documented', async ({ name, value, observe, observed }) => {
    const api = await start({ [name]: value });
    expect(await observe(api)).toEqual(observed);
  });

  it('start at their documented defaults', async () => {
    const api = await start(undefined, {});
    const defaults = Object.entries(aivenToggles).map(([name, { initial }]) => [name, initial]);
    const { text } = await api.control('GET toggles');
    expect(JSON.parse(text)).toEqual({ ...Object.fromEntries(defaults), rateLimit: 'off' });
  });
});
