// What emulated services share when they run in one process: the virtual clock and the state file. Puts a
// service on a port of its own, with its control endpoints; what a service is, is its own business.
import type { AddressInfo } from 'node:net';
import { type Clock, type ClockOptions, createClock } from './clock.ts';
import { createControl } from './control.ts';
import type { Service } from './exchange.ts';
import { createFaults, type Faults, readFault } from './faults.ts';
import { createRequestCounters } from './requests.ts';
import { listen } from './server.ts';
import { loadState, saveState } from './state-file.ts';
import type { ToggleTable } from './toggles.ts';

export interface HostOptions {
  /** Keeps what the services remember over restarts. */
  readonly stateFile?: string;
  readonly clock?: ClockOptions;
}

/** What every service can be started with. */
export interface ServiceOptions<Toggles> {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly toggles?: Partial<Toggles>;
  /** Each in the grammar of `FAULT_GRAMMAR`. */
  readonly faults?: readonly string[];
  /** Makes faults with a probability repeatable. Default 1. */
  readonly randomSeed?: number;
}

export interface Host {
  readonly clock: Clock;
  /** What the state file holds of a service. */
  readonly savedOf: (name: string) => unknown;
  readonly serve: (parts: ServedParts) => Promise<Served>;
}

interface ServedParts {
  /** Its name in the state file. */
  readonly name: string;
  readonly port: number | undefined;
  readonly service: Service;
  readonly toggleTable: ToggleTable;
  readonly toggles: Record<string, unknown>;
  readonly faults: Faults;
  readonly knownFaults: Readonly<Record<string, string>>;
}

export interface Served {
  /** "http://127.0.0.1:PORT". */
  readonly url: string;
  readonly controlUrl: string;
  /** Breaks open connections, saves the state, frees the port. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the state file, if there is to be one.
 * @throws EmulatorOptionError if the file is not a state of the emulator
 */
export function openHost({ stateFile, clock: clockOptions }: HostOptions): Host {
  const saved = stateFile === undefined ? undefined : loadState(stateFile);
  const clock = createClock(clockOptions, saved?.clock);
  const snapshots = new Map<string, () => unknown>();
  const save = (): void => {
    if (stateFile === undefined) return;
    const current = [...snapshots].map(([name, take]) => [name, take()]);
    saveState(stateFile, {
      clock: clock.snapshot(),
      services: { ...saved?.services, ...Object.fromEntries(current) },
    });
  };
  return {
    clock,
    savedOf: (name) => saved?.services[name],
    serve: async ({ name, ...parts }) => {
      parts.service.checkToggles?.();
      snapshots.set(name, parts.service.snapshot);
      save();
      return await serve(parts, { clock, save });
    },
  };
}

/** The faults a service starts with. */
export function armFaults(
  { faults: texts = [], randomSeed = 1 }: ServiceOptions<unknown>,
  known: Readonly<Record<string, string>>,
): Faults {
  const faults = createFaults(randomSeed);
  for (const text of texts) faults.add(readFault(text, known));
  return faults;
}

async function serve(
  { port = 0, service, faults, ...parts }: Omit<ServedParts, 'name'>,
  { clock, save }: { readonly clock: Clock; readonly save: () => void },
): Promise<Served> {
  const counters = createRequestCounters();
  const latency = { ms: 0 };
  const shared = { clock, faults, counters, latency, afterWrite: save };
  const checkToggles = (): void => service.checkToggles?.();
  const control = createControl({ ...shared, ...parts, checkToggles, more: service.controls });
  const server = await listen(port, { ...shared, service, control });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    controlUrl: `${url}/_control`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      save();
    },
  };
}
