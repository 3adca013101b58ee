/**
 * A whole `keyturn plan` that finds nothing to change, from spawn to exit: 50 users with 20 tokens each,
 * 1,000 files with receipts, under the emulator's 120 requests a minute. Beside it: a bare script that makes
 * the same requests and reads no file.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildInstalled } from './installed.ts';
import { atMost, atMostTimes, type Case, type CaseOptions, type Row } from './measure.ts';
import { type Ended, floor, keyturn, runNode } from './run-process.ts';
import { openFilledWorld, type World } from './world.ts';

/** In flight in the bare script, as in the figures that were taken of other tools. */
const concurrency = 8;

export const planProcess: Case = async ({ runs, say }) => {
  say('issuing 1,000 tokens to be planned');
  const world = await openFilledWorld({ users: 50, tokens: 20 });
  try {
    await world.emulator.setRateLimit('120');
    const rows: Row[] = [];
    for (const latencyMs of [0, 50]) {
      await world.emulator.setLatency(latencyMs);
      rows.push(...(await measure(world, latencyMs, { runs, say })));
    }
    return rows;
  } finally {
    await world.close();
  }
};

async function measure(world: World, latencyMs: number, { runs, say }: CaseOptions): Promise<readonly Row[]> {
  const taken = await runAll(world, {
    runs,
    say: (run) => say(`plan at ${latencyMs} ms, ${run} of ${runs}`),
  });
  const pair = (figure: (run: Counted) => number, of: readonly Counted[] = taken.installed) => ({
    samples: of.map(figure),
    beside: { what: 'bare script, 8 in flight', samples: taken.floor.map(figure) },
  });
  const wallOf = (run: Counted): number => run.wallMs;
  const wall = pair(wallOf);
  const peak = pair(({ peakMiB }) => peakMiB);
  const requests = pair((run) => run.requests);
  const isRight = taken.installed.every((run) => run.requests === 51 && run.refused === 0);
  const times = atMostTimes(latencyMs === 0 ? 3 : 2, wall.samples, wall.beside.samples);
  return [
    { what: `plan of 50 × 20 at ${latencyMs} ms, whole process`, unit: 'ms', ...wall, aim: times },
    { what: '… nothing compiled before', unit: 'ms', ...pair(wallOf, taken.first) },
    { what: '… from source', unit: 'ms', ...pair(wallOf, taken.source) },
    { what: '… CPU', unit: 'ms', ...pair(({ cpuMs }) => cpuMs) },
    { what: '… peak memory', unit: 'MiB', ...peak, aim: atMost(120, peak.samples, 'MiB') },
    { what: '… requests', unit: 'requests', ...requests, aim: { text: '51, no 429', holds: isRight } },
  ];
}

interface Counted extends Ended {
  readonly requests: number;
  /** Answered with 429. */
  readonly refused: number;
}

async function runAll(
  world: World,
  { runs, say }: { readonly runs: number; readonly say: (run: number) => void },
) {
  const { emulator, environment, folder } = world;
  const installed = buildInstalled();
  const bare = [floor, emulator.url, emulator.organizationId, String(concurrency)];
  const count = (args: readonly string[]) => counted(world, () => runNode(args, environment));
  const taken = {
    floor: [] as Counted[],
    first: [] as Counted[],
    installed: [] as Counted[],
    source: [] as Counted[],
  };
  for (let run = 1; run <= runs; run += 1) {
    say(run);
    rmSync(join(folder, 'home', '.cache'), { recursive: true, force: true });
    taken.floor.push(await count(bare));
    taken.first.push(await count([installed, 'plan']));
    taken.installed.push(await count([installed, 'plan']));
    await count([keyturn, 'plan']);
    taken.source.push(await count([keyturn, 'plan']));
  }
  return taken;
}

async function counted({ emulator }: World, run: () => Promise<Ended>): Promise<Counted> {
  await emulator.startCounting();
  const ended = await run();
  const { total, byRoute } = await emulator.counts();
  const refused = Object.values(byRoute).reduce((sum, outcomes) => sum + (outcomes['429'] ?? 0), 0);
  return { ...ended, requests: total, refused };
}
