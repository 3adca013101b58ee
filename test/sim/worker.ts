/** A thread that runs the blocks of seeds it is handed, one after the other, and answers with their sums. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Limits } from './options.ts';
import { runSeed } from './run.ts';
import { createTotals, noteSeed, type Totals } from './totals.ts';

/** Consecutive seeds. */
export interface Block {
  readonly from: number;
  readonly count: number;
}

export interface WorkerData {
  readonly limits: Limits;
  /** One number: the seed under way, for whoever wonders why no answer comes. */
  readonly underWay: Float64Array;
}

const { limits, underWay } = workerData as WorkerData;

parentPort?.on('message', (block: Block) => {
  // A rejection ends the thread, and whoever started it is told.
  void runBlock(block).then((totals) => parentPort?.postMessage(totals));
});

async function runBlock({ from, count }: Block): Promise<Totals> {
  const totals = createTotals();
  for (let seed = from; seed < from + count; seed++) {
    underWay[0] = seed;
    noteSeed(totals, await runSeed(seed, limits));
  }
  return totals;
}
