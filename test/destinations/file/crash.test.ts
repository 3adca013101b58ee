/** A child is killed after each of its calls to the file system; the next writer must find its way. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import type { FileRef } from '../../../src/destinations/file/descriptor.ts';
import { canary, deliveryErrorOf, never, pendingOf, receiptOf } from '../receipts.ts';
import type { Job } from './child.ts';
import { type End, filesIn, open, runChild, useFolder } from './harness.ts';

const path = useFolder();
const old = new SecretValue('old');
const mostCalls = 60;

/** Runs the job again and again, each time killed one call later, until it ends by itself. */
async function killAfterEachCall(
  job: Job,
  prepare: () => Promise<void>,
  check: () => Promise<void>,
): Promise<number> {
  for (let dieAfter = 1; dieAfter < mostCalls; dieAfter += 1) {
    await prepare();
    const end: End = await runChild({ ...job, dieAfter } as Job);
    if (end.signal === null && end.status === 0) return dieAfter;
    expect(end).toMatchObject({ signal: 'SIGKILL', output: '' });
    await check();
  }
  throw new Error('the job never ended by itself');
}

describe('a writer killed at any point', () => {
  it('leaves old or new whole, the new one beside the pending receipt at worst, and heals', async () => {
    const ref: FileRef = { path: path('all.env'), format: 'Dotenv', name: 'TOKEN' };
    const file = open(ref, 10_000);
    const seen = new Set<string>();
    const calls = await killAfterEachCall(
      { do: 'write', ref, receipt: receiptOf(2), value: canary },
      async () => {
        await writeFile(ref.path, 'A=1\n');
        const { version } = await file.read(never);
        await file.write({ version, receipt: pendingOf(2), value: old }, never);
      },
      async () => {
        const { value, receipt } = await file.read(never);
        const generation = receipt.kind === 'receipt' ? receipt.receipt.current?.generation : undefined;
        const held = value.kind === 'held' && (value.value.equals(old) ? 'old' : value.value.reveal());
        seen.add(`${held === canary ? 'new' : held} beside ${generation}`);
        expect(await readFile(ref.path, 'utf8')).toMatch(/^A=1\nTOKEN=.+\n$/);
        const { version } = await file.read(never);
        await file.write({ version, receipt: receiptOf(3), value: new SecretValue('healed') }, never);
        expect(await readFile(ref.path, 'utf8')).toBe('A=1\nTOKEN=healed\n');
        expect(await filesIn(path())).toEqual(['all.env', 'all.env.TOKEN.receipt.json']);
      },
    );
    expect([...seen]).toEqual(['old beside 1', 'new beside 1', 'new beside 2']);
    expect(calls).toBeGreaterThan(10);
  }, 60_000);

  it('that withdraws leaves both, or the receipt alone, or nothing', async () => {
    const ref: FileRef = { path: path('token'), format: 'Raw' };
    const file = open(ref, 10_000);
    const seen = new Set<string>();
    await killAfterEachCall(
      { do: 'withdraw', ref },
      async () => {
        const { version } = await file.read(never);
        await file.write({ version, receipt: receiptOf(1), value: old }, never);
      },
      async () => {
        const { value, receipt } = await file.read(never);
        seen.add(`${value.kind}, ${receipt.kind}`);
      },
    );
    expect([...seen]).toEqual(['held, receipt', 'absent, receipt', 'absent, none']);
  }, 60_000);
});

describe('two processes that write at once', () => {
  it('never lose one of two entries, and one wins each', async () => {
    const write = (name: string, generation: number): Promise<End> => {
      const ref: FileRef = { path: path('all.env'), format: 'Dotenv', name };
      return runChild({ do: 'write', ref, receipt: receiptOf(generation), value: `${name}${generation}` });
    };
    const ends = await Promise.all([write('ONE', 1), write('ONE', 2), write('TWO', 1), write('TWO', 2)]);
    expect(await readFile(path('all.env'), 'utf8')).toMatch(
      /^(ONE=ONE[12]\nTWO=TWO[12]|TWO=TWO[12]\nONE=ONE[12])\n$/,
    );
    for (const end of ends.filter(({ status }) => status !== 0)) expect(end.output).toMatch(/^conflict: /);
    expect(await filesIn(path())).toEqual([
      'all.env',
      'all.env.ONE.receipt.json',
      'all.env.TWO.receipt.json',
    ]);
  });
});

describe('what a crash left beside the file', () => {
  it('is removed by the next write, and nothing of another file is', async () => {
    const names = ['token.0123456789ab.keyturn-tmp', 'token.0123456789ab.keyturn-claim'];
    const others = [
      'other.0123456789ab.keyturn-tmp',
      'token.0123456789ab.keyturn-tmp.txt',
      'token.b.0123456789ab.keyturn-tmp',
    ];
    for (const name of [...names, ...others]) await writeFile(path(name), canary);
    const file = open({ path: path('token'), format: 'Raw' });
    const { version } = await file.read(never);
    await file.write({ version, receipt: receiptOf(1), value: old }, never);
    expect(await filesIn(path())).toEqual([...others, 'token', 'token.receipt.json'].sort());
  });

  it('is not what a failed write leaves: it cleans up after itself', async () => {
    const file = open({ path: path('token'), format: 'Raw' });
    const write = file.write({ version: 'of long ago', receipt: receiptOf(1), value: old }, never);
    expect((await deliveryErrorOf(write)).failure).toBe('conflict');
    expect(await filesIn(path())).toEqual([]);
  });
});
