import { describe, expect, it } from '@jest/globals';
import { createSharedLists } from '../../src/controller/lists.ts';

const signal = new AbortController().signal;
const user = { id: 'u1', name: 'ci', personal: false, at: 'aiven/org', createdAt: undefined };

/** Lists of a provider that counts how often it is asked. */
function setUp() {
  let nowMs = 0;
  let asked = 0;
  const provider = {
    listTokens: async () => {
      asked += 1;
      return await Promise.resolve([]);
    },
  };
  const lists = createSharedLists(() => nowMs, 20_000);
  const look = (isFirst: boolean) => lists.tokens(provider, user, { isFirst, signal });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { lists, look, pass, asked: () => asked };
}

describe('shared lists', () => {
  it('asks once for those who look at the same moment', async () => {
    const { look, asked } = setUp();
    await Promise.all([look(true), look(true)]);
    expect(asked()).toBe(1);
  });

  it('asks again for a second look, after a change, and when the list is old', async () => {
    const { lists, look, pass, asked } = setUp();
    await look(true);
    await look(false);
    expect(asked()).toBe(2);
    lists.forget('u1');
    await look(true);
    expect(asked()).toBe(3);
    pass(20_000);
    await look(true);
    expect(asked()).toBe(4);
  });
});
