// What only a process of its own can show: the entry, its exit codes, real signals, and a start that loads
// little.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';

const entry = join(process.cwd(), 'src', 'main-cli.ts');

function start(
  args: readonly string[],
  options: { readonly cwd?: string; readonly flags?: readonly string[] } = {},
) {
  const { cwd = tmpdir(), flags = [] } = options;
  const env = { PATH: process.env['PATH'], HOME: cwd, NODE_OPTIONS: '' };
  return spawn(process.execPath, [...flags, entry, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finish(child: ReturnType<typeof start>) {
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]);
  return { out, err, code };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => child.once('close', resolve));
}

describe('the process', () => {
  it('answers --version without loading anything else', async () => {
    const report = "process.on('exit', () => process.stderr.write(process.moduleLoadList.join()))";
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(report)}`];
    const { out, err, code } = await finish(start(['--version'], { flags }));
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
    // The network stack stands for everything that costs time to load.
    expect(err).toContain('NativeModule fs');
    expect(err).not.toContain('NativeModule net,');
  }, 30_000);

  it('ends with the exit code of the verb', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-process-'));
    try {
      expect(await finish(start(['init'], { cwd: folder }))).toMatchObject({ code: 0, err: '' });
      expect(await finish(start(['validate'], { cwd: folder }))).toMatchObject({ code: 0, err: '' });
      const plan = await finish(start(['plan'], { cwd: folder }));
      expect(plan).toMatchObject({ code: 1, out: '' });
      expect(plan.err).toContain('no credential was found');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 30_000);

  it('stops an emulator in order on SIGTERM', async () => {
    const child = start(['emulator']);
    const finished = finish(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await finished).toMatchObject({ code: 0, err: '' });
  }, 30_000);
});
