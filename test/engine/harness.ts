/**
 * The engine at work on real parts: the Aiven emulator over HTTP, the Aiven adapter, and destinations in
 * memory or in a real folder. Time is virtual: sleeps pass at once, and a test moves the provider's clock.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import type { DestinationReference, TokenSet } from '../../src/core/manifest/types.ts';
import { hashOwner } from '../../src/core/mark.ts';
import type { Owner, Requests } from '../../src/core/plan/types.ts';
import { parseReceipt, type Receipt } from '../../src/core/receipt.ts';
import { openDestination } from '../../src/destinations/registry.ts';
import type { Provider } from '../../src/engine/ports.ts';
import { type Pass, prepare, reconcile } from '../../src/engine/reconcile.ts';
import { emptyMemory, type Memory, type Run, type SetReport } from '../../src/engine/run.ts';
import type { EmulatorOptions } from '../../src/emulator/start.ts';
import { buildSet, type SetOptions } from '../core/plan/manifest.ts';
import { type Aiven, forever, startAiven } from '../providers/aiven/harness.ts';
import { Crash, emptyPlace, type MemoryPlace, openPlace } from './places.ts';

export interface World {
  readonly aiven: Aiven;
  /** By destination name, made on first use; names that start with `w` are write-only. */
  place(name: string): MemoryPlace;
  /** The manifest; a test replaces it as a person edits it. */
  set: TokenSet;
  /** Further sets of the same run. */
  others: readonly TokenSet[];
  /** The folder that file destinations start in: another one is another machine. */
  machine: string;
  /** Wraps the provider, for faults that HTTP cannot show. */
  wrap: (provider: Provider) => Provider;
  memory: Memory;
  /** How wrong the clock of this machine is. */
  skewMs: number;
  plan(requests?: Partial<Requests>): Promise<Pass>;
  /** Observe, plan, apply. */
  pass(requests?: Partial<Requests>): Promise<SetReport>;
  /** A pass over this set and the others. */
  passAll(requests?: Partial<Requests>): Promise<readonly SetReport[]>;
  /** A pass that dies with a crash. */
  crash(requests?: Partial<Requests>): Promise<void>;
  advance(ms: number): void;
  /** Arms a fault in the emulator's grammar. */
  fault(text: string): Promise<void>;
  /** Whether a consumer that reads the place now is served. */
  isServed(name: string): Promise<boolean>;
  isLive(value: string): Promise<boolean>;
  receipt(name: string): Receipt | undefined;
  /** Ids of live tokens that really exist, oldest first. */
  live(): Promise<readonly string[]>;
}

/** A fresh world with nothing issued yet. */
export async function startWorld(
  options: SetOptions = {},
  aivenOptions: EmulatorOptions = {},
): Promise<World> {
  const aiven = await startAiven(aivenOptions);
  const folder = newFolder();
  const places = new Map<string, MemoryPlace>();
  const place = (name: string): MemoryPlace => {
    const found = places.get(name) ?? emptyPlace();
    places.set(name, found);
    return found;
  };
  const world: World = {
    aiven,
    place,
    machine: folder,
    set: buildSet(options),
    others: [],
    wrap: (provider) => provider,
    memory: emptyMemory(),
    skewMs: 0,
    plan: async (requests) => await prepare(runOf(world, requests)),
    pass: async (requests) => {
      const [report] = await reconcile(runOf(world, requests));
      if (!report) throw new Error('the run had no set');
      return report;
    },
    passAll: async (requests) => await reconcile(runOf(world, requests)),
    crash: async (requests) => {
      const ended = await reconcile(runOf(world, requests)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(ended instanceof Crash)) throw new Error('the pass was to crash and did not', { cause: ended });
    },
    advance: (ms) => aiven.emulator.clock.advance(ms),
    fault: async (text) => void (await aiven.control('faults', { fault: text })),
    isServed: async (name) => {
      const { value } = place(name);
      return value !== undefined && (await world.isLive(value));
    },
    isLive: async (value) => (await aiven.control('check', { token: value }))['live'] === true,
    receipt: (name) => {
      const { receipt } = place(name);
      const reading = receipt === undefined ? undefined : parseReceipt(receipt);
      return reading?.kind === 'receipt' ? reading.receipt : undefined;
    },
    live: async () => {
      const tokens = await aiven.tokens();
      return tokens.filter(({ state }) => state === 'live').map(({ prefix }) => prefix);
    },
  };
  return world;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function runOf(world: World, requests: Partial<Requests> = {}): Run {
  const provider = world.wrap(world.aiven.provider);
  const asked = {
    rotate: new Set<string>(),
    only: undefined,
    destroy: false,
    acknowledge: new Set<string>(),
    approved: 'all' as const,
    ...requests,
  };
  return {
    sets: [world.set, ...world.others].map((set) => ({
      set,
      owner: ownerOf(set),
      provider,
      requests: asked,
    })),
    runtime: { ...world.aiven.runtime, wallMs: () => Date.now() + world.skewMs },
    open: (reference) => open(world, reference),
    resolve: (key) => ({ ...reference(key), position: world.set.position }),
    sweep: true,
    concurrency: 4,
    memory: world.memory,
    signal: forever,
    stop: forever,
    onEvent: () => undefined,
  };
}

function open(world: World, { kind, key }: Pick<DestinationReference, 'kind' | 'key'>) {
  if (kind === 'file') return openDestination({ kind, key }, { folder: world.machine });
  const name = key.slice(key.indexOf('/') + 1);
  return openPlace(world.place(name), key, !name.startsWith('w'));
}

function reference(key: string): Omit<DestinationReference, 'position'> {
  const kind = key.slice(0, key.indexOf('/'));
  return { kind, key, identity: key, ref: {}, local: kind === 'file' };
}

/** The CLI's identity is shared by copies of a manifest; a cluster's is not. Tests act as a cluster. */
function ownerOf({ ownerId = '', name, formerOwners }: TokenSet): Owner {
  const former = formerOwners.map((old) => [hashOwner(old.ownerId, old.name), old.name] as const);
  return { hash: hashOwner(ownerId, name), former: new Map(former), explicit: false };
}

/** A folder of its own, removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-engine-'));
  folders.push(folder);
  return folder;
}

/** A file destination of the world's machine. */
export function fileDestination(path: string): DestinationReference {
  const key = `file/Raw:${path}`;
  const position = { file: 'tokens.yaml', line: 9, column: 11 };
  return { kind: 'file', key, identity: key, ref: { path, format: 'Raw' }, local: true, position };
}

export function readText(world: World, path: string): string {
  return readFileSync(join(world.machine, path), 'utf8').trim();
}

/** `kind reason outcome` of everything a pass did. */
export function outcomes({ entries }: SetReport): readonly string[] {
  return entries.map(({ change, outcome }) => `${change.kind} ${change.reason} ${outcome}`);
}
