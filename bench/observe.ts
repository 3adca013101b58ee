/**
 * Observing 50 users with 20 tokens each inside this process, with no destinations: lists over HTTP, their
 * answers checked and normalised. Beside it: the floor in this process, as many requests in flight.
 */
import type { TokenSet } from '../src/core/manifest/types.ts';
import { SecretValue } from '../src/core/secret.ts';
import { systemRuntime } from '../src/net/runtime.ts';
import { connectAiven } from '../src/providers/aiven/provider.ts';
import { observeBarely } from './bare.ts';
import { manifestOf } from './manifest.ts';
import { type Case, inTurns, type Row, time } from './measure.ts';
import { declaredAlone, observeWith } from './observe-run.ts';
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
  const set = declaredAlone(manifestOf(size, organizationId));
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

async function observeOnce({ emulator }: World, set: TokenSet): Promise<void> {
  const { url, organizationId, adminToken } = emulator;
  const runtime = systemRuntime();
  const credential = new SecretValue(adminToken);
  const connection = { organizationId, url, credential, version: 'bench', runtime, concurrency };
  await observeWith(connectAiven(connection), set, { runtime, concurrency });
}
