/** The shortest run there is, from source: `keyturn --version`. Beside it: Node doing nothing. */
import { atMost, type Case, inTurns } from './measure.ts';
import { keyturn, runNode } from './run-process.ts';

export const version: Case = async ({ runs, say }) => {
  say('keyturn --version');
  const taken = await inTurns(2 * runs, {
    version: async () => (await runNode([keyturn, '--version'])).wallMs,
    bare: async () => (await runNode(['-e', '0'])).wallMs,
  });
  const beside = { what: 'node -e 0', samples: taken.bare };
  const aim = atMost(120, taken.version, 'ms');
  return [{ what: 'keyturn --version, from source', unit: 'ms', samples: taken.version, beside, aim }];
};
