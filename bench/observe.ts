/**
 * Observing 50 users with 20 tokens each inside this process, with no destinations: lists over HTTP, their
 * answers checked and normalised. Beside it: the floor in this process, as many requests in flight.
 */
import { parseManifests } from '../src/core/manifest/parse.ts';
import type { TokenSet } from '../src/core/manifest/types.ts';
import { hashOwner } from '../src/core/mark.ts';
import { SecretValue } from '../src/core/secret.ts';
import { destinationDescriptors } from '../src/destinations/registry.ts';
import { observe as observeRun } from '../src/engine/observe.ts';
import { emptyMemory, type Run } from '../src/engine/run.ts';
import { systemRuntime } from '../src/net/runtime.ts';
import { connectAiven } from '../src/providers/aiven/provider.ts';
import { providers } from '../src/providers/registry.ts';
import { observeBarely } from './bare.ts';
import { manifestOf, ownerId, setName } from './manifest.ts';
import { type Case, inTurns, type Row, time } from './measure.ts';
import { openFilledWorld, type World } from './world.ts';

const size = { users: 50, tokens: 20 };
const concurrency = 10;

export const observe: Case = async ({ runs, say }) => {
  say('issuing 1,000 tokens to be observed');
  const world = await openFilledWorld(size);
  try {
    const rows: Row[] = [];
    for (const latencyMs of [0, 50]) {
      say(`observing at ${latencyMs} ms`);
      await world.emulator.setLatency(latencyMs);
      rows.push(...(await measure(world, latencyMs, runs)));
    }
    return rows;
  } finally {
    await world.close();
  }
};

async function measure(world: World, latencyMs: number, runs: number): Promise<readonly Row[]> {
  const { url, organizationId, adminToken: token } = world.emulator;
  const set = declaredAlone(organizationId);
  const floor = () => observeBarely({ url, organizationId, token, concurrency });
  const taken = await inTurns(runs, {
    observe: () => time(() => observeOnce(world, set)),
    floor: () => time(floor),
  });
  const ours = await countRequests(world, () => observeOnce(world, set));
  const least = await countRequests(world, floor);
  const where = `50 × 20 at ${latencyMs} ms`;
  const beside = { what: 'bare script, 10 in flight', samples: taken.floor };
  const aim = { text: '51', holds: ours === 51 };
  return [
    { what: `observe ${where}`, unit: 'ms', samples: taken.observe, beside },
    { what: '… requests', unit: 'requests', samples: [ours], beside: { ...beside, samples: [least] }, aim },
  ];
}

async function countRequests({ emulator }: World, work: () => Promise<unknown>): Promise<number> {
  await emulator.startCounting();
  await work();
  return (await emulator.counts()).total;
}

/** The set without its destinations: files are read by the whole plan, which has a case of its own. */
function declaredAlone(organizationId: string): TokenSet {
  const text = manifestOf(size, organizationId);
  const descriptors = {
    providers: [...providers.values()].map(({ descriptor }) => descriptor),
    destinations: destinationDescriptors,
  };
  const { manifest } = parseManifests([{ file: 'tokens.yaml', folder: '.', text }], descriptors);
  const [set] = manifest.sets;
  if (!set) throw new Error('The manifest of the benchmark is not valid.');
  return { ...set, declarations: set.declarations.map((entry) => ({ ...entry, deliverTo: [] })) };
}

async function observeOnce({ emulator }: World, set: TokenSet): Promise<void> {
  const { url, organizationId, adminToken } = emulator;
  const runtime = systemRuntime();
  const credential = new SecretValue(adminToken);
  const provider = connectAiven({ organizationId, url, credential, version: 'bench', runtime, concurrency });
  const { signal } = new AbortController();
  const run: Run = {
    sets: [
      {
        set,
        owner: { hash: hashOwner(ownerId, setName), former: new Map(), explicit: true },
        provider,
        requests: {
          rotate: new Set(),
          only: undefined,
          destroy: false,
          acknowledge: new Set(),
          approved: 'all',
        },
      },
    ],
    runtime,
    open: () => undefined,
    resolve: () => undefined,
    sweep: false,
    concurrency,
    memory: emptyMemory(),
    signal,
    stop: signal,
    onEvent: () => undefined,
  };
  await observeRun(run);
  await provider.close();
}
