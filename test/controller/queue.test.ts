// The work queue over a clock of its own: time passes only where a test says so.
import { describe, expect, it } from '@jest/globals';
import { createQueue, type QueueOptions } from '../../src/controller/queue.ts';

/** A clock that is set, whose sleepers wake when it passes their time. */
function clock() {
  let nowMs = 0;
  const sleepers = new Set<() => void>();
  return {
    runtime: {
      monotonicMs: () => nowMs,
      sleep: (ms: number, signal: AbortSignal) => {
        const endMs = nowMs + ms;
        return new Promise<void>((resolve) => {
          const look = () => {
            if (nowMs < endMs && !signal.aborted) return;
            sleepers.delete(look);
            resolve();
          };
          sleepers.add(look);
          signal.addEventListener('abort', look, { once: true });
          look();
        });
      },
    },
    pass: async (ms: number) => {
      nowMs += ms;
      for (const look of [...sleepers]) look();
      await settle();
    },
  };
}

/** Lets every promise that can go on do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A queue at work, whose keys end when the test lets them. */
function atWork(options: Partial<QueueOptions> = {}) {
  const time = clock();
  const begun: string[] = [];
  const open = new Map<string, PromiseWithResolvers<number | undefined>>();
  const work = (key: string) => {
    begun.push(key);
    const end = Promise.withResolvers<number | undefined>();
    open.set(key, end);
    return end.promise;
  };
  const stop = new AbortController();
  const queue = createQueue({ runtime: time.runtime, workers: 2, work, random: () => 0.5, ...options });
  const ended = queue.run(stop.signal);
  const finish = async (key: string, end: number | Error | undefined = undefined) => {
    if (end instanceof Error) open.get(key)?.reject(end);
    else open.get(key)?.resolve(end);
    await settle();
  };
  return { queue, begun, finish, stop, ended, pass: time.pass };
}

describe('the work queue', () => {
  it('works on a key once that was added twice', async () => {
    const { queue, begun, pass } = atWork();
    queue.add('a');
    queue.add('a');
    await pass(0);
    expect(begun).toEqual(['a']);
  });

  it('never works on one key in two places, and comes back to one that was added meanwhile', async () => {
    const { queue, begun, finish, pass } = atWork();
    queue.add('a');
    await pass(0);
    queue.add('a');
    await pass(60_000);
    expect(begun).toEqual(['a']);
    await finish('a');
    expect(begun).toEqual(['a', 'a']);
    await finish('a');
    await pass(600_000);
    expect(begun).toEqual(['a', 'a']);
  });

  it('lets no more workers run than there are, and others wait their turn', async () => {
    const { queue, begun, finish, pass } = atWork();
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await pass(0);
    expect([begun, queue.depth()]).toEqual([['a', 'b'], 1]);
    await pass(5000);
    expect(queue.lagMs()).toBe(5000);
    await finish('b');
    expect([begun, queue.depth(), queue.lagMs()]).toEqual([['a', 'b', 'c'], 0, 0]);
  });

  it('waits until a key is due, and takes the earlier of two times', async () => {
    const { queue, begun, pass } = atWork();
    queue.add('a', { afterMs: 3000 });
    queue.add('a', { afterMs: 1000 });
    queue.add('a', { afterMs: 2000 });
    await pass(999);
    expect(begun).toEqual([]);
    await pass(1);
    expect(begun).toEqual(['a']);
  });

  it('takes the lowest rank first, whatever is due the longest', async () => {
    const { queue, begun, finish, pass } = atWork({ workers: 1 });
    queue.add('busy');
    await pass(0);
    queue.add('later', { rank: 2 });
    await pass(10);
    queue.add('sooner', { rank: 1 });
    await pass(10);
    await finish('busy');
    await finish('sooner');
    expect(begun).toEqual(['busy', 'sooner', 'later']);
  });

  it('comes again when the work says so', async () => {
    const { queue, begun, finish, pass } = atWork();
    queue.add('a');
    await pass(0);
    await finish('a', 5000);
    await pass(4999);
    expect(begun).toEqual(['a']);
    await pass(1);
    expect(begun).toEqual(['a', 'a']);
  });

  it('backs off what fails, longer each time, up to a limit, and forgets that after a success', async () => {
    const failed: string[] = [];
    const { queue, begun, finish, pass } = atWork({
      firstWaitMs: 1000,
      longestWaitMs: 3000,
      onFailure: (key) => failed.push(key),
    });
    queue.add('a');
    await pass(0);
    for (const waitMs of [1000, 2000, 3000, 3000]) {
      await finish('a', new Error('no'));
      const before = begun.length;
      await pass(waitMs - 1);
      expect(begun).toHaveLength(before);
      await pass(1);
      expect(begun).toHaveLength(before + 1);
    }
    expect(failed).toHaveLength(4);
    await finish('a');
    queue.add('a');
    await pass(0);
    await finish('a', new Error('no'));
    await pass(1000);
    expect(begun).toHaveLength(7);
  });

  it('forgets a key', async () => {
    const { queue, begun, pass } = atWork();
    queue.add('a', { afterMs: 10 });
    queue.forget('a');
    await pass(60_000);
    expect(begun).toEqual([]);
  });

  it('ends when it is told to, after what is in flight', async () => {
    const { queue, begun, finish, stop, ended, pass } = atWork();
    queue.add('a');
    await pass(0);
    queue.add('b', { afterMs: 1 });
    stop.abort();
    let isEnded = false;
    void ended.then(() => {
      isEnded = true;
    });
    await pass(60_000);
    expect([isEnded, begun]).toEqual([false, ['a']]);
    await finish('a');
    expect(isEnded).toBe(true);
  });
});
