/** One whole process, from spawn to exit: how long, how much CPU, how much memory at its peak. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const hook = fileURLToPath(new URL('peak.cjs', import.meta.url));
export const floor = fileURLToPath(new URL('floor.mjs', import.meta.url));
/** The command from source. */
export const keyturn = fileURLToPath(new URL('../src/main-cli.ts', import.meta.url));

/**
 * Runs node with the given arguments in an environment that holds nothing but what is named.
 *
 * @throws Error when it ends with anything but 0: a figure of a failed run would be a lie
 */
export async function runNode(args: readonly string[], options: ProcessOptions = {}): Promise<Ended> {
  const ended = await runToEnd(args, options);
  if (ended.code === 0) return ended;
  throw new Error(`node ${args.join(' ')} ended with ${ended.code}:\n${ended.stderr}${ended.stdout}`);
}

async function runToEnd(args: readonly string[], { env = {}, cwd }: ProcessOptions): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-bench-run-'));
  const usage = join(folder, 'usage.json');
  try {
    const startMs = performance.now();
    const child = spawn(process.execPath, ['--require', hook, ...args], {
      env: { HOME: folder, ...env, KEYTURN_BENCH_USAGE: usage },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    child.once('error', reject).once('close', resolve);
    const code = await promise;
    const wallMs = performance.now() - startMs;
    const { cpuMs, peakMiB } = JSON.parse(readFileSync(usage, 'utf8')) as Pick<Ended, 'cpuMs' | 'peakMiB'>;
    return { wallMs, cpuMs, peakMiB, code, stdout: stdout(), stderr: stderr() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}
