import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHeap } from '../../src/controller/heap.ts';

describe('a heap', () => {
  it('gives back what was put in, least first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = createHeap<number>((one, other) => one - other);
        for (const number of numbers) heap.push(number);
        const taken = numbers.map(() => heap.pop());
        expect(taken).toEqual([...numbers].sort((one, other) => one - other));
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});
