/** The lock of a file between real processes. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { type Holder, thisHolder } from '../../../src/destinations/file/holder.ts';
import { withLock } from '../../../src/destinations/file/lock.ts';
import { deliveryErrorOf, never } from '../receipts.ts';
import { filesIn, holdLock, runChild, useFolder } from './harness.ts';

const path = useFolder();
const subject = () => ({ key: 'k', path: path('token') });

async function take(patienceMs = 50): Promise<string> {
  return await withLock(subject(), async () => 'taken', { patienceMs, signal: never });
}

async function leaveLock(change: (holder: Holder) => Holder): Promise<void> {
  const holder = await thisHolder('0123456789ab');
  await writeFile(path('token.lock'), JSON.stringify(change(holder)));
}

describe('a lock', () => {
  it('is gone when its action has ended, well or not', async () => {
    await take();
    const failing = withLock(subject(), async () => Promise.reject(new RangeError()), {
      patienceMs: 50,
      signal: never,
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await filesIn(path())).toEqual([]);
  });

  it('of a running process is respected, and taken over once that was killed', async () => {
    const holder = await holdLock(path('token'));
    const error = await deliveryErrorOf(take());
    expect(error).toMatchObject({
      failure: 'refused',
      message: expect.stringContaining(`process ${holder.pid} has held`),
    });
    await holder.kill();
    expect(await take()).toBe('taken');
    expect(await filesIn(path())).toEqual([]);
  });

  it('is waited for while its holder runs', async () => {
    const holder = await holdLock(path('token'));
    const waiting = take(30_000);
    await holder.kill();
    expect(await waiting).toBe('taken');
  });

  it('ends its wait when told to stop', async () => {
    await leaveLock((holder) => holder);
    const stop = new AbortController();
    const waiting = withLock(subject(), async () => 'taken', { patienceMs: 600_000, signal: stop.signal });
    stop.abort();
    expect(await deliveryErrorOf(waiting)).toMatchObject({
      failure: 'refused',
      message: expect.stringMatching(/stopped/),
    });
  });

  it('of a process whose number another one has now is taken over', async () => {
    await leaveLock((holder) => ({ ...holder, startedAt: '1' }));
    expect(await take()).toBe('taken');
  });

  it('of this machine before it was started again is taken over', async () => {
    await leaveLock((holder) => ({ ...holder, host: { ...holder.host, boot: 'earlier' } }));
    const { host } = await thisHolder('0123456789ab');
    // Without a machine id nobody can tell this from another machine of the same name.
    if (host.machine === null) expect((await deliveryErrorOf(take())).failure).toBe('refused');
    else expect(await take()).toBe('taken');
  });

  it.each(['name', 'machine', 'processes'] as const)(
    'of another host (by %s) is left, with the way out',
    async (field) => {
      await leaveLock((holder) => ({
        ...holder,
        pid: 2 ** 22 + 1,
        host: { ...holder.host, [field]: 'other' },
      }));
      const before = await readFile(path('token.lock'), 'utf8');
      const { failure, message } = await deliveryErrorOf(take());
      expect(failure).toBe('refused');
      expect(message).toContain(`delete "${path('token.lock')}"`);
      expect(await readFile(path('token.lock'), 'utf8')).toBe(before);
    },
  );

  it.each(['', 'null', '{"pid":1}', '\0'])('that reads %j is left, with the way out', async (text) => {
    await writeFile(path('token.lock'), text);
    const { failure, message } = await deliveryErrorOf(take());
    expect(failure).toBe('refused');
    expect(message).toMatch(/is not a lock as keyturn writes it.*delete ".*token\.lock"/);
    expect(await readFile(path('token.lock'), 'utf8')).toBe(text);
  });

  it('is taken over although a process was killed while taking it over', async () => {
    await leaveLock((holder) => ({ ...holder, startedAt: '1' }));
    const rival = { ...(await thisHolder('ba9876543210')), startedAt: '2' };
    await writeFile(path('token.0123456789ab.keyturn-claim'), JSON.stringify(rival));
    expect(await take()).toBe('taken');
  });

  it('is not taken over while a running process does that', async () => {
    await leaveLock((holder) => ({ ...holder, startedAt: '1' }));
    const rival = await thisHolder('ba9876543210');
    await writeFile(path('token.0123456789ab.keyturn-claim'), JSON.stringify(rival));
    expect((await deliveryErrorOf(take())).failure).toBe('refused');
  });

  it('that another process was quicker to take over stays with that one', async () => {
    await leaveLock((holder) => ({ ...holder, startedAt: '1' }));
    const theirs = JSON.stringify(await thisHolder('ba9876543210'));
    const end = await runChild({ do: 'late', path: path('token'), theirs });
    expect(end.output).toBe('refused');
    expect(await readFile(path('token.lock'), 'utf8')).toBe(theirs);
    expect(await filesIn(path())).toEqual(['token.lock']);
  });
});

describe('many processes with one lock', () => {
  it('hold it one at a time, although each is killed while holding it', async () => {
    await writeFile(path('token'), '0');
    await leaveLock((holder) => ({ ...holder, startedAt: '1' }));
    const job = { do: 'count', path: path('token'), times: 4, die: true } as const;
    const ends = await Promise.all(Array.from({ length: 8 }, () => runChild(job)));
    expect(ends.map(({ signal }) => signal)).toEqual(Array.from({ length: 8 }, () => 'SIGKILL'));
    expect(await readFile(path('token'), 'utf8')).toBe('32');
  }, 60_000);
});
