/**
 * A whole first `keyturn apply` of 10 users with 10 tokens each at 50 ms latency: what is created is also
 * locked, recorded, delivered and synced to disk. Beside it: a bare script with as many requests in flight
 * that makes the users and tokens, tries each token and forgets it.
 */
import type { Case, Row } from './measure.ts';
import { type Ended, floor, runNode } from './run-process.ts';
import { openWorld } from './world.ts';

const size = { users: 10, tokens: 10 };
const concurrency = 10;

export const applyProcess: Case = async ({ runs, say }) => {
  const ours: Created[] = [];
  const least: Created[] = [];
  const few = Math.min(runs, 3);
  for (let run = 0; run < few; run += 1) {
    say(`keyturn apply of 100 tokens, ${run + 1} of ${few}`);
    ours.push(await create((world) => world.keyturn('apply', '--yes')));
    const numbers = [concurrency, size.users, size.tokens].map(String);
    least.push(
      await create(({ emulator, environment }) =>
        runNode([floor, emulator.url, emulator.organizationId, ...numbers], environment),
      ),
    );
  }
  const row = (what: string, unit: Row['unit'], figure: (run: Created) => number): Row => {
    const beside = { what: 'bare script, 10 in flight', samples: least.map(figure) };
    return { what, unit, samples: ours.map(figure), beside };
  };
  return [
    row('apply of 10 × 10 at 50 ms, whole process', 'ms', ({ wallMs }) => wallMs),
    row('… CPU', 'ms', ({ cpuMs }) => cpuMs),
    row('… requests', 'requests', ({ requests }) => requests),
  ];
};

interface Created extends Ended {
  readonly requests: number;
}

async function create(
  work: (world: Awaited<ReturnType<typeof openWorld>>) => Promise<Ended>,
): Promise<Created> {
  const world = await openWorld(size);
  try {
    await world.emulator.setLatency(50);
    await world.emulator.startCounting();
    const ended = await work(world);
    return { ...ended, requests: (await world.emulator.counts()).total };
  } finally {
    await world.close();
  }
}
