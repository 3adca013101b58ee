// Puts the emulated Aiven on a host.
import { sharedFaults } from '../faults.ts';
import { armFaults, type Host, type Served, type ServiceOptions } from '../host.ts';
import { initialToggles, readToggles } from '../toggles.ts';
import { loadModel, type SavedModel } from './model.ts';
import { type Seed, type SeedOptions, seed } from './seed.ts';
import { createAivenService } from './service.ts';
import { aivenFaults, aivenToggles, type Toggles } from './toggles.ts';
import type { World } from './world.ts';

export interface AivenOptions extends ServiceOptions<Toggles> {
  readonly seed?: SeedOptions;
}

/** Its address is without "/v1". */
export interface ServedAiven extends Served, Seed {}

/** Every fault by name with its meaning: for help texts and for `readFault`. */
export const knownAivenFaults: Readonly<Record<string, string>> = { ...sharedFaults, ...aivenFaults };

/** @throws EmulatorOptionError for an unknown toggle or fault, before anything listens */
export async function serveAiven(host: Host, options: AivenOptions): Promise<ServedAiven> {
  const world: World = {
    model: loadModel(host.savedOf('aiven') as SavedModel | undefined),
    clock: host.clock,
    toggles: { ...initialToggles(aivenToggles), ...readToggles(aivenToggles, options.toggles ?? {}) },
    faults: armFaults(options, knownAivenFaults),
  };
  const seeded = seed(world, options.seed ?? {});
  const served = await host.serve({
    name: 'aiven',
    port: options.port,
    service: createAivenService(world),
    toggleTable: aivenToggles,
    toggles: world.toggles,
    faults: world.faults,
    knownFaults: knownAivenFaults,
  });
  return { ...seeded, ...served };
}
