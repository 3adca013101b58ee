// The control endpoints below `/_control`, which steer the emulator and are no part of the emulated API:
// clock, faults, toggles, latency, request counters. They need no credential, because the server listens on
// loopback only.
import type { Clock } from './clock.ts';
import { readDurationMs } from './duration.ts';
import type { Control, EmulatorRequest, Reply } from './exchange.ts';
import { type Faults, readFault } from './faults.ts';
import { EmulatorOptionError } from './option-error.ts';
import type { RequestCounters } from './requests.ts';
import { readToggles, type ToggleTable } from './toggles.ts';

export interface ControlParts {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly knownFaults: Readonly<Record<string, string>>;
  readonly toggleTable: ToggleTable;
  readonly toggles: Record<string, unknown>;
  readonly counters: RequestCounters;
  readonly latency: { ms: number };
  /** Throws if toggles do not fit together; a change that does not is taken back. */
  readonly checkToggles: () => void;
  /** Further controls of the emulated service, by path. */
  readonly more: Readonly<Record<string, Control>>;
  /** Called after each control request that may have changed something. */
  readonly afterWrite: () => void;
}

/** The handler of everything below `/_control`; a GET of `/_control` lists what there is. */
export function createControl(parts: ControlParts): (request: EmulatorRequest) => Reply {
  const controls: Record<string, Control> = {
    clock: (method, input) => controlClock(parts.clock, method, input),
    requests: (method) => {
      if (method !== 'GET') parts.counters.reset();
      return { status: 200, json: parts.counters.counts() };
    },
    faults: (method, input) => controlFaults(parts, method, input),
    toggles: (method, input) => {
      if (method !== 'GET') changeToggles(parts, input);
      return { status: 200, json: parts.toggles };
    },
    latency: (method, input) => {
      if (method !== 'GET') parts.latency.ms = readMs(input, 'ms');
      return { status: 200, json: parts.latency };
    },
    ...parts.more,
  };
  return (request) => {
    const name = request.segments.slice(1).join('/');
    const control = Object.hasOwn(controls, name) ? controls[name] : undefined;
    if (!control) return { status: name === '' ? 200 : 404, json: { controls: Object.keys(controls) } };
    try {
      const reply = control(request.method, readInput(request.body));
      if (request.method !== 'GET') parts.afterWrite();
      return reply;
    } catch (error) {
      return { status: 400, json: { message: error instanceof Error ? error.message : String(error) } };
    }
  };
}

function changeToggles(
  { toggles, toggleTable, checkToggles }: ControlParts,
  input: Readonly<Record<string, unknown>>,
): void {
  const before = { ...toggles };
  Object.assign(toggles, readToggles(toggleTable, input));
  try {
    checkToggles();
  } catch (error) {
    Object.assign(toggles, before);
    throw error;
  }
}

/** POST `{"advance":"3d"}`, `{"advanceMs":5000}`, `{"freeze":true}` or `{"freeze":false}`. */
function controlClock(clock: Clock, method: string, input: Readonly<Record<string, unknown>>): Reply {
  if (method !== 'GET') {
    if (input['freeze'] === true) clock.freeze();
    if (input['freeze'] === false) clock.resume();
    if ('advance' in input || 'advanceMs' in input) {
      clock.advance('advance' in input ? readDuration(input['advance']) : readMs(input, 'advanceMs'));
    }
  }
  const nowMs = clock.now();
  const frozen = clock.snapshot().frozenAtMs !== null;
  return { status: 200, json: { now: new Date(nowMs).toISOString(), nowMs, frozen } };
}

/** POST `{"fault":"dropAfterApply=1,on=POST access-tokens$"}` or `{"faults":[…]}` adds; DELETE clears all. */
function controlFaults(parts: ControlParts, method: string, input: Readonly<Record<string, unknown>>): Reply {
  if (method === 'DELETE') parts.faults.clear();
  if (method === 'POST') {
    const texts = Array.isArray(input['faults']) ? input['faults'] : [input['fault']];
    const faults = texts.map((text) => readFault(String(text), parts.knownFaults));
    for (const fault of faults) parts.faults.add(fault);
  }
  return { status: 200, json: { faults: parts.faults.list() } };
}

function readInput(body: string): Record<string, unknown> {
  const input: unknown = body.trim() === '' ? {} : JSON.parse(body);
  if (typeof input === 'object' && input !== null) return { ...input };
  throw new EmulatorOptionError('A control request needs a JSON object as body.');
}

function readDuration(value: unknown): number {
  const ms = readDurationMs(String(value));
  if (ms !== undefined) return ms;
  throw new EmulatorOptionError(`"${String(value)}" is no duration. Write one like "3d" or "1h30m".`);
}

function readMs(input: Readonly<Record<string, unknown>>, key: string): number {
  const value = input[key];
  if (typeof value === 'number' && value >= 0) return value;
  throw new EmulatorOptionError(`"${key}" must be a number of milliseconds, 0 or more.`);
}
