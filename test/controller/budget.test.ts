import { describe, expect, it } from '@jest/globals';
import { createBudget } from '../../src/controller/budget.ts';

const never = new AbortController().signal;

/** Time that passes when somebody sleeps. */
function clock() {
  let nowMs = 0;
  const sleep = async (ms: number): Promise<void> => {
    await Promise.resolve();
    nowMs += ms;
  };
  return { monotonicMs: () => nowMs, sleep };
}

describe('a budget', () => {
  it('gives a minute of requests at once, and then one after the other', async () => {
    const time = clock();
    const budget = createBudget(60, time);
    for (let count = 0; count < 60; count += 1) await budget.take(0, never);
    expect(time.monotonicMs()).toBe(0);
    await budget.take(0, never);
    expect(time.monotonicMs()).toBe(1000);
  });

  it('lets what is due go before what only looks', async () => {
    const budget = createBudget(1, clock());
    await budget.take(0, never);
    const order: string[] = [];
    const take = async (name: string, rank: number): Promise<void> => {
      await budget.take(rank, never);
      order.push(name);
    };
    await Promise.all([take('first', 1), take('look', 1), take('due', 0)]);
    expect(order).toEqual(['due', 'first', 'look']);
  });

  it('holds nobody up who ends', async () => {
    const ended = AbortSignal.abort();
    const budget = createBudget(1, clock());
    await budget.take(0, never);
    await budget.take(0, ended);
    expect(budget.waiting()).toBe(0);
  });
});
