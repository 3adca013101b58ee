/**
 * Waits for the end of the process that started it, then ends what that process left: `node keeper.ts
 * FOLDER`. A run that ended in order has left nothing.
 */
import { stopLeft } from './processes.ts';

const [, , folder = ''] = process.argv;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume();
process.stdin.on('end', () => void stopLeft(folder).then(() => process.exit(0)));
