/**
 * The Action as GitHub starts it: the committed bundle in a process of its own, without inputs, and how large
 * it is. Beside it: Node doing nothing.
 */
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { atMost, atMostTimes, type Case, inTurns, time } from './measure.ts';

const bundle = fileURLToPath(new URL('../dist/action/index.js', import.meta.url));
const mebibyte = 1024 * 1024;

export const action: Case = async ({ runs, say }) => {
  say('dist/action without inputs');
  const taken = await inTurns(2 * runs, {
    action: () => time(() => start([bundle])),
    bare: () => time(() => start(['-e', '0'])),
  });
  const size = [statSync(bundle).size / mebibyte];
  const beside = { what: 'node -e 0', samples: taken.bare };
  return [
    {
      what: 'dist/action, spawn to exit without inputs',
      unit: 'ms',
      samples: taken.action,
      beside,
      aim: atMostTimes(4, taken.action, taken.bare),
    },
    {
      what: 'dist/action, one file',
      unit: 'MiB',
      samples: size,
      beside: { what: 'the limit', samples: [3] },
      aim: atMost(3, size, 'MiB'),
    },
  ];
};

/** Ends with 1, since it is told nothing; that is what is measured. */
async function start(args: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(process.execPath, args, { env: {}, stdio: 'ignore' });
  child.once('error', reject).once('close', () => resolve());
  await promise;
}
