/**
 * keyturn's own column of the comparison with Terraform and avn: the same sizes, latencies and mishaps that
 * they were measured with. Prints Markdown for docs/benchmarks.md.
 */
import { findSecrets, killFirstApply, revokeOutside, rotateMany, rotateOne } from './behaviour.ts';
import { buildInstalled } from './installed.ts';
import type { Size } from './manifest.ts';
import { type CaseOptions, median, minimum } from './measure.ts';
import { type Ended, runNode } from './run-process.ts';
import { openFilledWorld, openWorld, type World } from './world.ts';

type Cells = readonly string[];

const sizes: readonly Size[] = [
  { users: 1, tokens: 1 },
  { users: 10, tokens: 10 },
  { users: 50, tokens: 20 },
];

/** Every figure of keyturn's column, as Markdown tables. */
export async function comparison(options: CaseOptions): Promise<string> {
  const plans: Cells[] = [];
  for (const size of sizes) plans.push(...(await measurePlans(size, options)));
  const creates = [await measureCreate(0, options), await measureCreate(50, options)];
  const head: Cells = [
    'users × tokens',
    'latency',
    'wall, min / median',
    'CPU',
    'peak memory',
    'requests',
    'answered 429',
  ];
  const behaviour = await describeBehaviour(options);
  return [
    '**Nothing to change** (120 requests a minute allowed)',
    toTable([head, ...plans]),
    '**First apply** (no limit)',
    toTable([head, ...creates]),
    '**What happens to tokens**',
    toTable([['event', 'result'], ...behaviour]),
  ].join('\n\n');
}

async function measurePlans(size: Size, { runs, say }: CaseOptions): Promise<readonly Cells[]> {
  say(`plan of ${size.users} × ${size.tokens}`);
  const world = await openFilledWorld(size);
  try {
    await world.emulator.setRateLimit('120');
    const rows: Cells[] = [];
    for (const latencyMs of [0, 50]) {
      await world.emulator.setLatency(latencyMs);
      const taken: Counted[] = [];
      for (let run = 0; run < runs; run += 1) taken.push(await count(world, 'plan'));
      rows.push(cellsOf(size, latencyMs, taken));
    }
    return rows;
  } finally {
    await world.close();
  }
}

async function measureCreate(latencyMs: number, { runs, say }: CaseOptions): Promise<Cells> {
  say(`apply of 10 × 10 at ${latencyMs} ms`);
  const size = { users: 10, tokens: 10 };
  const taken: Counted[] = [];
  for (let run = 0; run < Math.min(runs, 3); run += 1) {
    const world = await openWorld(size);
    try {
      await world.emulator.setLatency(latencyMs);
      taken.push(await count(world, 'apply', '--yes'));
    } finally {
      await world.close();
    }
  }
  return cellsOf(size, latencyMs, taken);
}

interface Counted extends Ended {
  readonly requests: number;
  readonly refused: number;
}

async function count({ emulator, environment }: World, ...args: readonly string[]): Promise<Counted> {
  const installed = buildInstalled();
  await emulator.startCounting();
  const ended = await runNode([installed, ...args], environment);
  const { total, byRoute } = await emulator.counts();
  const refused = Object.values(byRoute).reduce((sum, outcomes) => sum + (outcomes['429'] ?? 0), 0);
  return { ...ended, requests: total, refused };
}

function cellsOf({ users, tokens }: Size, latencyMs: number, taken: readonly Counted[]): Cells {
  const walls = taken.map(({ wallMs }) => wallMs);
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  return [
    `${users} × ${tokens}`,
    `${latencyMs} ms`,
    `${seconds(minimum(walls))} / ${seconds(median(walls))}`,
    seconds(minimum(taken.map(({ cpuMs }) => cpuMs))),
    `${minimum(taken.map(({ peakMiB }) => peakMiB)).toFixed(0)} MiB`,
    String(Math.max(...taken.map(({ requests }) => requests))),
    String(Math.max(...taken.map(({ refused }) => refused))),
  ];
}

async function describeBehaviour({ say }: CaseOptions): Promise<readonly Cells[]> {
  say('rotation under a consumer');
  const one = await rotateOne();
  const fewest = Math.min(await rotateMany(0), await rotateMany(50));
  say('a token revoked by hand');
  const outside = await revokeOutside();
  say('kill -9 in the first apply');
  const killed = await killFirstApply();
  say('values on disk');
  const secrets = await findSecrets();
  const word = (holds: boolean): string => (holds ? 'yes' : 'no');
  return [
    [
      'one token rotates, a consumer reads its file and uses the value all the time',
      `refused ${one.refused} of ${one.asked} times`,
    ],
    [
      'overlap of 24h: the old value works after 23h50m / after 24h10m',
      `${word(one.beforeOverlapEnds)} / ${word(one.afterOverlapEnds)}`,
    ],
    [
      '100 tokens rotate in one apply, 0 and 50 ms: fewest with a live token at any moment',
      `${fewest} of 100`,
    ],
    ['a token is revoked by hand: the next plan', `exit 0: ${outside.said.replace(/\s+/g, ' ')}`],
    ['… and after the next apply, every destination holds a live token', word(outside.served)],
    [
      '`kill -9` in the first apply of 10 × 10, after 51 creates',
      `${killed.alive} live tokens, ${killed.undelivered} of them delivered nowhere`,
    ],
    [
      '… and after plain runs, once the overlap is past',
      `${killed.aliveLater} live tokens, ${killed.orphansLater} orphans`,
    ],
    [
      'files besides its destination that hold a value, after an apply and a saved plan',
      `${secrets.elsewhere}; destinations have mode ${secrets.modes.join(', ')}`,
    ],
  ];
}

function toTable(rows: readonly Cells[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: Cells): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
