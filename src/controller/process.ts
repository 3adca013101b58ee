/** The controller as a process: its environment and signals in, lines of the log out. */
import { runController } from './run.ts';

/** What a pod is given to end in, less a little; the Deployment grants a minute. */
const patienceMs = 50_000;

/** @param version of keyturn @returns the exit code */
export async function controllerProcess(version: string): Promise<number> {
  const stop = new AbortController();
  const kill = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop.abort();
      setTimeout(() => kill.abort(), patienceMs).unref();
    });
  }
  return await runController({
    version,
    env: process.env,
    write: (line) => void process.stdout.write(line),
    stop: stop.signal,
    kill: kill.signal,
  });
}
