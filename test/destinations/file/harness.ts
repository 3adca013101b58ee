/** A temporary folder for each test, and child processes that act on it. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from '@jest/globals';
import type { FileRef } from '../../../src/destinations/file/descriptor.ts';
import { openFile } from '../../../src/destinations/file/open-file.ts';
import type { Destination } from '../../../src/engine/ports.ts';
import type { Job } from './child.ts';

const child = fileURLToPath(new URL('./child.ts', import.meta.url));

export interface End {
  readonly status: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Gives the path of a file in the test's folder. */
export function useFolder(): (name?: string) => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-file-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return (name = '') => join(folder, name);
}

export function open(ref: FileRef, lockPatienceMs = 50): Destination {
  return openFile(ref, { key: `file/${ref.format}:test`, lockPatienceMs });
}

/** Runs a job to its end. `shell` is put before it, to set limits. */
export async function runChild(job: Job, shell = ''): Promise<End> {
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', child, JSON.stringify(job)];
  const started = spawn('sh', ['-c', `${shell} exec "$0" "$@"`, ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  started.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  started.stderr.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  const { promise, resolve } = Promise.withResolvers<End>();
  started.on('close', (status, signal) => resolve({ status, signal, output }));
  return await promise;
}

/** A child that holds the lock of a file until it is let go. */
export async function holdLock(path: string): Promise<{ pid: number; kill: () => Promise<void> }> {
  const job: Job = { do: 'hold', path };
  const started = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', child, JSON.stringify(job)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = Promise.withResolvers<void>();
  started.on('close', () => ended.resolve());
  await new Promise((resolve) => started.stdout.once('data', resolve));
  return {
    pid: started.pid ?? 0,
    kill: async () => {
      started.kill('SIGKILL');
      await ended.promise;
    },
  };
}

export async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).sort();
}
