/**
 * What a child process of these tests does: one job, given as JSON. It can kill itself after its nth call
 * to the file system, which is how a crash at every point is had without a hook in src.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { Receipt } from '../../../src/core/receipt.ts';
import type { FileRef } from '../../../src/destinations/file/descriptor.ts';

export type Job =
  | { readonly do: 'hold'; readonly path: string }
  /** Adds one to a number in a file, `times` times, each under the lock; `die` while holding the last. */
  | { readonly do: 'count'; readonly path: string; readonly times: number; readonly die: boolean }
  /** Tries to take a stale lock over, while another process has just done so: `theirs` is its lock. */
  | { readonly do: 'late'; readonly path: string; readonly theirs: string }
  | {
      readonly do: 'write';
      readonly ref: FileRef;
      readonly receipt: Receipt;
      readonly value: string;
      /** Act as nobody, where the test runs as root. */
      readonly powerless?: boolean;
      /** SIGKILL after so many calls. */
      readonly dieAfter?: number;
    }
  | { readonly do: 'withdraw'; readonly ref: FileRef; readonly dieAfter?: number };

const calls = ['open', 'link', 'rename', 'unlink', 'mkdir'] as const;
const nobody = 65_534;
const never = new AbortController().signal;

await main(JSON.parse(process.argv[2] ?? ''));

async function main(job: Job): Promise<void> {
  if (job.do === 'late') replaceLockBeforeClaim(job);
  if ('dieAfter' in job && job.dieAfter !== undefined) dieAfter(job.dieAfter);
  const { openFile } = await import('../../../src/destinations/file/open-file.ts');
  const { withLock } = await import('../../../src/destinations/file/lock.ts');
  const { SecretValue } = await import('../../../src/core/secret.ts');
  const waiting = { patienceMs: 60_000, signal: never };
  if (job.do === 'hold') {
    await withLock({ key: 'k', path: job.path }, forever, waiting);
  } else if (job.do === 'count') {
    for (let time = 1; time <= job.times; time += 1) {
      await withLock({ key: 'k', path: job.path }, () => count(job, time), waiting);
    }
  } else if (job.do === 'late') {
    const brief = { patienceMs: 0, signal: never };
    await withLock({ key: 'k', path: job.path }, async () => undefined, brief).catch((error: unknown) => {
      process.stdout.write(`${Reflect.get(Object(error), 'failure')}`);
    });
  } else {
    if (job.do === 'write' && job.powerless && process.getuid?.() === 0) process.setuid?.(nobody);
    const file = openFile(job.ref, { key: 'k', lockPatienceMs: 10_000 });
    try {
      const { version } = await file.read(never);
      if (job.do === 'withdraw') await file.withdraw({ version, keepValue: false }, never);
      else await file.write({ version, receipt: job.receipt, value: new SecretValue(job.value) }, never);
    } catch (error) {
      process.stdout.write(
        `${Reflect.get(Object(error), 'failure')}: ${error instanceof Error && error.message}\n`,
      );
      process.exitCode = 1;
    }
  }
}

async function forever(): Promise<void> {
  process.stdout.write('held\n');
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
}

async function count(job: Job & { do: 'count' }, time: number): Promise<void> {
  const before = Number(await fs.promises.readFile(job.path, 'utf8'));
  // Leaves room for another holder, if there were one.
  await new Promise((resolve) => setImmediate(resolve));
  await fs.promises.writeFile(job.path, String(before + 1));
  if (job.die && time === job.times) process.kill(process.pid, 'SIGKILL');
}

function replaceLockBeforeClaim({ path, theirs }: Job & { do: 'late' }): void {
  const { link } = fs.promises;
  fs.promises.link = async (staged, target) => {
    if (String(target).endsWith('.keyturn-claim')) fs.writeFileSync(`${path}.lock`, theirs);
    await link(staged, target);
  };
  syncBuiltinESMExports();
}

/** Wraps the calls that src imports by name. */
function dieAfter(last: number): void {
  let made = 0;
  for (const name of calls) {
    const original = fs.promises[name] as (...args: unknown[]) => Promise<unknown>;
    Reflect.set(fs.promises, name, async (...args: unknown[]) => {
      const result = await original(...args);
      made += 1;
      if (made === last) process.kill(process.pid, 'SIGKILL');
      return result;
    });
  }
  syncBuiltinESMExports();
}
