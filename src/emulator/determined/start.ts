// Puts the emulated Determined master on a host.
import { sharedFaults } from '../faults.ts';
import { armFaults, type Host, type Served, type ServiceOptions } from '../host.ts';
import { initialToggles, readToggles } from '../toggles.ts';
import { loadModel, type SavedModel } from './model.ts';
import { createSigner } from './paseto.ts';
import { type Seed, type SeedOptions, seed } from './seed.ts';
import { createDeterminedService } from './service.ts';
import { determinedFaults, determinedToggles, type Toggles } from './toggles.ts';
import type { World } from './world.ts';

export interface DeterminedOptions extends ServiceOptions<Toggles> {
  readonly seed?: SeedOptions;
}

export interface ServedDetermined extends Served, Seed {}

/** Every fault by name with its meaning: for help texts and for `readFault`. */
export const knownDeterminedFaults: Readonly<Record<string, string>> = {
  ...sharedFaults,
  ...determinedFaults,
};

/**
 * @throws EmulatorOptionError for an unknown toggle or fault, or bounds of lifespans with which a master does
 * not start, before anything listens
 */
export async function serveDetermined(host: Host, options: DeterminedOptions): Promise<ServedDetermined> {
  const saved = host.savedOf('determined') as SavedModel | undefined;
  const model = loadModel(saved, options.seed?.clusterId);
  const world: World = {
    model,
    signer: createSigner(model.privateKey),
    clock: host.clock,
    toggles: {
      ...initialToggles(determinedToggles),
      ...readToggles(determinedToggles, options.toggles ?? {}),
    },
    faults: armFaults(options, knownDeterminedFaults),
  };
  const seeded = seed(world, options.seed ?? {});
  const served = await host.serve({
    name: 'determined',
    port: options.port,
    service: createDeterminedService(world),
    toggleTable: determinedToggles,
    toggles: world.toggles,
    faults: world.faults,
    knownFaults: knownDeterminedFaults,
  });
  return { ...seeded, ...served };
}
