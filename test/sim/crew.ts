/**
 * Spreads seeds over worker threads. Blocks of seeds are handed to whoever is free; which seeds run, and what
 * comes of each, does not depend on how many threads there are.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Options } from './options.ts';
import { addTotals, createTotals, type Totals } from './totals.ts';
import type { Block, WorkerData } from './worker.ts';

/** Half a second's work: small enough that all threads end together. */
const blockSize = 50;
/** A seed takes milliseconds. One that takes this long never ends. */
const patienceMs = 120_000;

/**
 * Runs what was asked for.
 *
 * @param onProgress called after every block with the sums so far.
 * @throws Error when a thread breaks down or a seed never ends; it names the seed.
 */
export async function runSeeds(options: Options, onProgress: (totals: Totals) => void): Promise<Totals> {
  const totals = createTotals();
  const blocks = blocksOf(options);
  await Promise.all(
    Array.from({ length: options.workers }, async () => {
      await employ(blocks, options, (part) => {
        addTotals(totals, part);
        onProgress(totals);
      });
    }),
  );
  totals.found.sort((one, other) => one.seed - other.seed);
  return totals;
}

function* blocksOf({ from, end }: Options): Generator<Block, undefined> {
  const deadline = end.kind === 'minutes' ? performance.now() + end.minutes * 60_000 : Infinity;
  const last = end.kind === 'seeds' ? from + end.seeds : Infinity;
  for (let next = from; next < last && performance.now() < deadline; next += blockSize) {
    yield { from: next, count: Math.min(blockSize, last - next) };
  }
}

async function employ(
  blocks: Generator<Block, undefined>,
  { limits }: Options,
  onDone: (part: Totals) => void,
): Promise<void> {
  let worker: Worker | undefined;
  const underWay = new Float64Array(new SharedArrayBuffer(8));
  try {
    for (const block of blocks) {
      const data: WorkerData = { limits, underWay };
      worker ??= new Worker(new URL('./worker.ts', import.meta.url), { workerData: data });
      worker.postMessage(block);
      onDone(await answerOf(worker, underWay));
    }
  } finally {
    await worker?.terminate();
  }
}

async function answerOf(worker: Worker, underWay: Float64Array): Promise<Totals> {
  const over = new AbortController();
  const { signal } = over;
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([totals]) => totals as Totals),
      watch(underWay, signal),
    ]);
  } catch (error) {
    throw new Error(`seed ${underWay[0]} could not be run`, { cause: error });
  } finally {
    over.abort();
  }
}

/** Rejects once one seed has been under way for too long. */
async function watch(underWay: Float64Array, signal: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => {
    let [seed] = underWay;
    const timer = setInterval(() => {
      if (seed === underWay[0]) reject(new Error(`it has not ended after ${patienceMs / 1_000} s`));
      [seed] = underWay;
    }, patienceMs);
    signal.addEventListener('abort', () => clearInterval(timer));
  });
}
