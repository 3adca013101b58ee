/**
 * `node hunt.ts FROM TO SECONDS [SKIPPED,…]`: runs seeds until the first that breaks a promise, and prints
 * what it was as one line of JSON. Knows nothing of mutants: it is run within a copy that has one.
 */
import { runSeed } from '../run.ts';

/** What came of a hunt. `last` is the last seed that was run. */
export type Catch =
  | { readonly kind: 'clean'; readonly last: number }
  | { readonly kind: 'caught'; readonly last: number; readonly invariant: string; readonly message: string };

const [from = 1, to = 1, seconds = 60] = process.argv.slice(2, 5).map(Number);
const skipped = new Set((process.argv[5] ?? '').split(',').map(Number));
const messageLength = 300;

process.stdout.write(`${JSON.stringify(await hunt())}\n`);

async function hunt(): Promise<Catch> {
  const deadline = performance.now() + seconds * 1_000;
  let seed = from;
  for (; seed <= to && performance.now() < deadline; seed++) {
    const { violation } = skipped.has(seed) ? {} : await runSeed(seed);
    // A crash of the engine tells that something is wrong, but no promise noticed it.
    if (!violation || violation.invariant === 'BUG') continue;
    const { invariant, message } = violation;
    return { kind: 'caught', last: seed, invariant, message: message.slice(0, messageLength) };
  }
  return { kind: 'clean', last: seed - 1 };
}
