// Starts an emulator: memory from a state file or fresh, clock, toggles, faults, server. The only way in
// for the command line, the demo and tests; printing and waiting for signals is up to them.
import type { AddressInfo } from 'node:net';
import { loadModel, type SavedModel } from './aiven/model.ts';
import { type SeedOptions, seed } from './aiven/seed.ts';
import { createAivenService } from './aiven/service.ts';
import { aivenFaults, aivenToggles, type Toggles } from './aiven/toggles.ts';
import type { World } from './aiven/world.ts';
import { type Clock, type ClockOptions, createClock } from './clock.ts';
import { createControl } from './control.ts';
import { createFaults, FAULT_GRAMMAR, readFault, sharedFaults } from './faults.ts';
import { createRequestCounters } from './requests.ts';
import { listen } from './server.ts';
import { loadState, saveState } from './state-file.ts';
import { describeToggles, initialToggles, readSetting, readToggles } from './toggles.ts';

export interface EmulatorOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Keeps users and tokens (hashed) over restarts. */
  readonly stateFile?: string;
  readonly toggles?: Partial<Toggles>;
  /** Each in the grammar of `FAULT_GRAMMAR`. */
  readonly faults?: readonly string[];
  readonly clock?: ClockOptions;
  readonly seed?: SeedOptions;
  /** Makes faults with a probability repeatable. Default 1. */
  readonly randomSeed?: number;
}

export interface Emulator {
  /** "http://127.0.0.1:PORT", without "/v1". */
  readonly url: string;
  readonly controlUrl: string;
  readonly adminToken: string;
  readonly adminUserId: string;
  readonly organizationId: string;
  readonly clock: Clock;
  /** Breaks open connections, saves the state, frees the port. */
  readonly close: () => Promise<void>;
}

/** Every fault by name with its meaning: for help texts and for {@link readFault}. */
export const knownFaults: Readonly<Record<string, string>> = { ...sharedFaults, ...aivenFaults };

/** What `--set` and `--fault` take, for the help text of the command line. */
export function describeOptions(): string {
  const toggles = describeEntries(describeToggles(aivenToggles));
  const faults = `${FAULT_GRAMMAR}\n${describeEntries(knownFaults)}`;
  return `Toggles (--set NAME=VALUE):\n${toggles}\n\nFaults (--fault):\n${faults}`;
}

/**
 * Reads the `toggle=value` texts of `--set`, later ones winning.
 * @throws EmulatorOptionError listing the known toggles or values
 */
export function readSettings(texts: readonly string[]): Partial<Toggles> {
  return Object.assign({}, ...texts.map((text) => readSetting(aivenToggles, text)));
}

/**
 * Starts the Aiven emulator on loopback.
 * @throws EmulatorOptionError for an unknown toggle or fault or a foreign state file, before anything listens
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { stateFile } = options;
  const saved = stateFile === undefined ? undefined : loadState(stateFile);
  const world = createWorld(options, saved);
  const service = createAivenService(world);
  const save = (): void => {
    if (stateFile !== undefined)
      saveState(stateFile, { clock: world.clock.snapshot(), service: service.snapshot() });
  };
  const seeded = seed(world, options.seed ?? {});
  save();
  const counters = createRequestCounters();
  const latency = { ms: 0 };
  const shared = { clock: world.clock, faults: world.faults, counters, latency, afterWrite: save };
  const control = createControl({
    ...shared,
    knownFaults,
    toggleTable: aivenToggles,
    toggles: world.toggles,
    more: service.controls,
  });
  const server = await listen(options.port ?? 0, { ...shared, service, control });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...seeded,
    url,
    controlUrl: `${url}/_control`,
    clock: world.clock,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      save();
    },
  };
}

function describeEntries(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, help]) => `  ${name}  ${help}`)
    .join('\n');
}

function createWorld(options: EmulatorOptions, saved: ReturnType<typeof loadState>): World {
  const faults = createFaults(options.randomSeed ?? 1);
  for (const text of options.faults ?? []) faults.add(readFault(text, knownFaults));
  return {
    model: loadModel(saved?.service as SavedModel | undefined),
    clock: createClock(options.clock, saved?.clock),
    toggles: { ...initialToggles(aivenToggles), ...readToggles(aivenToggles, options.toggles ?? {}) },
    faults,
  };
}
