/** A binary heap: the least of what is in it, in logarithmic time. */

export interface Heap<T> {
  push(value: T): void;
  /** Takes the least away. */
  pop(): T | undefined;
  peek(): T | undefined;
  /** In no particular order. */
  values(): readonly T[];
}

/** @param compare negative when `one` comes first */
export function createHeap<T>(compare: (one: T, other: T) => number): Heap<T> {
  const items: T[] = [];
  const isBefore = (one: number, other: number): boolean => {
    const [left, right] = [items[one], items[other]];
    return left !== undefined && right !== undefined && compare(left, right) < 0;
  };
  const swap = (one: number, other: number): void => {
    const [left, right] = [items[one], items[other]];
    if (left === undefined || right === undefined) return;
    items[one] = right;
    items[other] = left;
  };
  const rise = (from: number): void => {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBefore(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = isBefore(right, left) ? right : left;
      if (!isBefore(least, at)) return;
      swap(at, least);
      at = least;
    }
  };
  return {
    push: (value) => {
      items.push(value);
      rise(items.length - 1);
    },
    pop: () => {
      const [first] = items;
      const last = items.pop();
      if (items.length > 0 && last !== undefined) {
        items[0] = last;
        sink();
      }
      return first;
    },
    peek: () => items[0],
    values: () => items,
  };
}
