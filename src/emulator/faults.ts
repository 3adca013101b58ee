// Faults a test injects, aimed at chosen requests: which exist (shared ones here, a service adds its own),
// the grammar they are written in, and whose turn it is. What a fault does is up to the server or the
// service that takes it.
import { readDurationMs } from './duration.ts';
import type { EmulatorRequest } from './exchange.ts';
import { EmulatorOptionError, unknownName } from './option-error.ts';

/** Faults every emulated service has, with their meaning. */
export const sharedFaults = {
  serverErrorBeforeApply: '500, nothing was done',
  serverErrorAfterApply: '500 although a successful write was done',
  dropBeforeApply: 'the connection breaks, nothing was done',
  dropAfterApply: 'the connection breaks although a successful write was done',
  rateLimited: '429 with the published text, nothing was done',
  html408: '408 with an HTML page, nothing was done',
  slowRequest: 'the request takes effect late (for=, 5s unless told)',
  slowResponse:
    'done at once, answered late (for=, 5s unless told; a long one hangs until the client gives up)',
} as const;

/** The grammar of `--fault`, for help texts. */
export const FAULT_GRAMMAR = [
  'NAME[=AMOUNT][,after=N][,for=DURATION][,on=[METHOD ]PATH]',
  '  AMOUNT  3 (that many matching requests; 1 unless told), 50% (each with that probability) or always',
  '  after   lets the first N matching requests pass',
  '  for     how long, for slowRequest and slowResponse: 250ms, 5s, 1h',
  '  on      only requests whose path contains PATH, or ends with it where PATH ends in "$"',
  '  example dropAfterApply=1,after=2,on=POST access-tokens$',
].join('\n');

type Amount =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'probability'; readonly fraction: number };

export interface Fault {
  readonly name: string;
  readonly amount: Amount;
  readonly after: number;
  readonly forMs: number;
  readonly on: { readonly method: string | null; readonly path: string } | null;
}

export interface Faults {
  readonly add: (fault: Fault) => void;
  readonly clear: () => void;
  /** Every fault with how many matching requests it saw and hit. */
  readonly list: () => readonly (Fault & { readonly seen: number; readonly hits: number })[];
  /** The fault of this name whose turn `request` is, counted as used; undefined if none. */
  readonly take: (name: string, request: EmulatorRequest) => Fault | undefined;
}

/** An empty set of faults; `seed` makes those with a probability repeatable. */
export function createFaults(seed: number): Faults {
  const armed: { fault: Fault; seen: number; hits: number }[] = [];
  const random = createRandom(seed);
  const take = (name: string, request: EmulatorRequest): Fault | undefined => {
    for (const entry of armed) {
      const { fault } = entry;
      if (fault.name !== name || !aimedAt(fault, request)) continue;
      if (fault.amount.kind === 'count' && entry.hits >= fault.amount.count) continue;
      entry.seen += 1;
      if (entry.seen <= fault.after) continue;
      if (fault.amount.kind === 'probability' && random() >= fault.amount.fraction) continue;
      entry.hits += 1;
      return fault;
    }
    return undefined;
  };
  return {
    add: (fault) => void armed.push({ fault, seen: 0, hits: 0 }),
    clear: () => void armed.splice(0),
    list: () => armed.map(({ fault, seen, hits }) => ({ ...fault, seen, hits })),
    take,
  };
}

/**
 * Reads a fault written in {@link FAULT_GRAMMAR}.
 * @throws EmulatorOptionError saying which part is wrong
 */
export function readFault(text: string, known: Readonly<Record<string, string>>): Fault {
  const [head = '', ...options] = text.split(',');
  const [name = '', amount = '1'] = head.split('=');
  if (!Object.hasOwn(known, name)) throw unknownName('fault', name, { known });
  let fault: Fault = { name, amount: readAmount(text, amount), after: 0, forMs: 5000, on: null };
  for (const option of options) fault = { ...fault, ...readOption(text, option.trim()) };
  return fault;
}

function readAmount(text: string, amount: string): Amount {
  if (amount === 'always') return { kind: 'probability', fraction: 1 };
  if (/^\d+$/.test(amount)) return { kind: 'count', count: Number(amount) };
  const percent = /^(\d{1,2}(?:\.\d+)?|100)%$/.exec(amount)?.[1];
  if (percent !== undefined) return { kind: 'probability', fraction: Number(percent) / 100 };
  throw badFault(text, `"${amount}" is no amount`);
}

function readOption(text: string, option: string): Partial<Fault> {
  const at = option.indexOf('=');
  const key = option.slice(0, at);
  const value = option.slice(at + 1);
  if (key === 'after' && /^\d+$/.test(value)) return { after: Number(value) };
  if (key === 'on' && value !== '') return { on: readTarget(value) };
  const forMs = key === 'for' ? readDurationMs(value) : undefined;
  if (forMs !== undefined) return { forMs };
  throw badFault(text, `"${option}" is no option`);
}

function readTarget(value: string): Fault['on'] {
  const match = /^(?:(GET|POST|PUT|PATCH|DELETE)(?: |$))?(.*)$/.exec(value);
  return { method: match?.[1] ?? null, path: match?.[2] ?? '' };
}

function badFault(text: string, why: string): EmulatorOptionError {
  return new EmulatorOptionError(`Fault "${text}" cannot be read: ${why}. Write\n${FAULT_GRAMMAR}`);
}

function aimedAt({ on }: Fault, { method, path }: EmulatorRequest): boolean {
  if (on === null) return true;
  if (on.method !== null && on.method !== method) return false;
  return on.path.endsWith('$') ? path.endsWith(on.path.slice(0, -1)) : path.includes(on.path);
}

/** mulberry32: small, seedable, good enough to decide whether a fault strikes. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
