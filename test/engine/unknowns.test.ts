// The life of two tokens under every value of every toggle and every named fault of the emulator: whatever
// Aiven really does, consumers are served throughout, no orphan is left, and no value shows up where it must
// not.
import { describe, expect, it } from '@jest/globals';
import { aivenFaults, aivenToggles } from '../../src/emulator/aiven/toggles.ts';
import { sharedFaults } from '../../src/emulator/faults.ts';
import { day, declare, destination, hour, minute, spec } from '../core/plan/manifest.ts';
import { startWorld, type World } from './harness.ts';

const application = declare({ deliverTo: [destination('a'), destination('b')] });
const personal = declare({
  name: 'me/laptop',
  user: 'me',
  personal: true,
  spec: spec({ scopes: [] }),
  deliverTo: [destination('c')],
});
const places = ['a', 'b', 'c'];
const later = { every: 16 * minute, overlap: 2 * day, most: 8 * day };

/** What a toggle may be set to; numbers are chosen so that something happens. */
function valuesOf(name: string, values: string): readonly string[] {
  if (name === 'rateLimit') return ['120', '30/60', 'off'];
  if (name === 'callerAddress') return ['127.0.0.1'];
  if (name.endsWith('LagMs')) return ['6000', String(4 * minute)];
  if (name.endsWith('Quota')) return ['6', 'off'];
  if (name.endsWith('DefaultMaxAge')) return ['none', '2592000'];
  if (name.startsWith('lastUsed')) return ['0', '60'];
  return values.split(', ');
}

const settings = Object.entries(aivenToggles).flatMap(([name, { values }]) =>
  valuesOf(name, values).map((value) => [name, value] as const),
);

describe('whatever the unknowns of the API turn out to be', () => {
  it.each(settings)('a life goes well with %s=%s', async (name, value) => {
    const world = await startWorld(
      { declarations: [application, personal] },
      { toggles: { [name]: readValue(value) } },
    );
    await live(world);
    await expectSettled(world);
  });
});

describe('whatever goes wrong on the way', () => {
  const faults = Object.keys({ ...sharedFaults, ...aivenFaults });

  it.each(faults)('a life goes well with %s striking a third of all requests', async (name) => {
    const options = { faults: [`${name}=33%,for=50ms`], randomSeed: 7 };
    const world = await startWorld({ declarations: [application, personal] }, options);
    await live(world);
    await fetch(`${world.aiven.emulator.controlUrl}/faults`, { method: 'DELETE' });
    await expectSettled(world);
  });
});

describe('whatever happens to a create', () => {
  const faults = [
    'serverErrorBeforeApply',
    'serverErrorAfterApply',
    'dropBeforeApply',
    'dropAfterApply',
    'html408',
  ];

  it.each(faults)('a life goes well with every other one struck by %s', async (name) => {
    const options = { faults: [`${name}=50%,on=POST access-tokens$`], randomSeed: 3 };
    const world = await startWorld({ declarations: [application, personal] }, options);
    await live(world);
    await fetch(`${world.aiven.emulator.controlUrl}/faults`, { method: 'DELETE' });
    await expectSettled(world);
  });
});

/**
 * First apply, a rotation, another spec, a token deleted by hand; every step may fail and is followed by the
 * next.
 */
async function live(world: World): Promise<void> {
  const seen = new Set<string>();
  const wider = { ...application, spec: spec({ scopes: ['projects:read', 'services:write'] }) };
  const steps: (() => unknown)[] = [
    () => undefined,
    () => undefined,
    () => undefined,
    () => world.advance(later.every),
    () => undefined,
    () => Object.assign(world, { set: { ...world.set, declarations: [wider, personal] } }),
    () => world.advance(later.overlap),
    () => undefined,
    () => world.advance(later.most),
  ];
  for (const [rank, step] of steps.entries()) {
    step();
    const served = await Promise.all(places.map(async (name) => await world.isServed(name)));
    const requests = rank === 4 ? { rotate: new Set(['ci/deploy', 'me/laptop']) } : {};
    // A run may find the provider in a bad mood and end at once; the next one goes on.
    const report = await world.pass(requests).catch((error: unknown) => String(error));
    for (const [place, wasServed] of served.entries()) {
      if (wasServed)
        expect([places[place], await world.isServed(places[place] ?? '')]).toEqual([places[place], true]);
    }
    for (const name of places) seen.add(world.place(name).value ?? '');
    expectNoValue(JSON.stringify(report), seen);
    world.advance(2 * minute);
  }
}

/**
 * Once nothing goes wrong any more: served everywhere, one live token per declaration, no orphan, no work
 * left.
 */
async function expectSettled(world: World): Promise<void> {
  for (const waitMs of [later.every, later.overlap, later.most, hour, minute]) {
    world.advance(waitMs);
    await world.pass();
  }
  for (const name of places) expect([name, await world.isServed(name)]).toEqual([name, true]);
  const served = [world.receipt('a')?.current?.id, world.receipt('c')?.current?.id];
  expect((await world.live()).toSorted()).toEqual(served.toSorted());
  expect((await world.pass()).entries).toEqual([]);
}

function expectNoValue(text: string, values: ReadonlySet<string>): void {
  for (const value of values) {
    if (value === '') continue;
    const forms = [value, Buffer.from(value).toString('base64').slice(0, -4), encodeURIComponent(value)];
    for (const form of forms) expect(text.includes(form)).toBe(false);
  }
}

function readValue(text: string): string | number | boolean {
  if (/^\d+$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
