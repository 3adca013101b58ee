// Starts emulated services: one alone, or both in one process with one clock and one state file. The only
// way in for the command line, the demo and tests; printing and waiting for signals is up to them.
import { type AivenOptions, type ServedAiven, serveAiven } from './aiven/start.ts';
import type { Clock } from './clock.ts';
import { type DeterminedOptions, type ServedDetermined, serveDetermined } from './determined/start.ts';
import { type HostOptions, openHost } from './host.ts';

export interface EmulatorOptions extends AivenOptions, HostOptions {}

export interface Emulator extends ServedAiven {
  readonly clock: Clock;
}

export interface DeterminedEmulatorOptions extends DeterminedOptions, HostOptions {}

export interface DeterminedEmulator extends ServedDetermined {
  readonly clock: Clock;
}

export interface BothOptions extends HostOptions {
  readonly aiven?: AivenOptions;
  readonly determined?: DeterminedOptions;
}

export interface BothEmulators {
  readonly aiven: Emulator;
  readonly determined: DeterminedEmulator;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

/**
 * Starts the Aiven emulator on loopback.
 * @throws EmulatorOptionError for an unknown toggle or fault or a foreign state file, before anything listens
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const host = openHost(options);
  return { ...(await serveAiven(host, options)), clock: host.clock };
}

/** As {@link startEmulator}, for the Determined emulator. */
export async function startDetermined(options: DeterminedEmulatorOptions = {}): Promise<DeterminedEmulator> {
  const host = openHost(options);
  return { ...(await serveDetermined(host, options)), clock: host.clock };
}

/** Starts both on ports of their own. Moving the clock of one moves that of the other. */
export async function startBoth(options: BothOptions = {}): Promise<BothEmulators> {
  const host = openHost(options);
  const { clock } = host;
  const aiven = { ...(await serveAiven(host, options.aiven ?? {})), clock };
  try {
    const determined = { ...(await serveDetermined(host, options.determined ?? {})), clock };
    const close = async (): Promise<void> => {
      await aiven.close();
      await determined.close();
    };
    return { aiven, determined, clock, close };
  } catch (error) {
    await aiven.close();
    throw error;
  }
}
