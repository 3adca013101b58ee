/**
 * Chance that can be replayed. Every purpose draws from a stream of its own, so that switching one fault off
 * does not shift what the others do: that is what lets a violation be shrunk.
 */

export interface Dice {
  /** From 0 up to, not including, 1. */
  next(): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** One of them, each as likely as it weighs; none when nothing weighs anything. */
  weigh<T>(list: readonly T[], weight: (item: T) => number): T | undefined;
  /** From `low` up to `high`, even. */
  between(low: number, high: number): number;
}

/** The streams of one seed, by name. */
export function createStreams(seed: number): (name: string) => Dice {
  const streams = new Map<string, Dice>();
  return (name) => {
    let dice = streams.get(name);
    if (!dice) {
      dice = createDice(mix(seed, name));
      streams.set(name, dice);
    }
    return dice;
  };
}

/** Mulberry32: small, fast and good enough to choose among faults. */
function createDice(start: number): Dice {
  let state = start;
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[Math.floor(next() * list.length)] as (typeof list)[number];
    },
    weigh: (list, weight) => {
      const total = list.reduce((sum, item) => sum + weight(item), 0);
      const point = next() * total;
      let sum = 0;
      for (const item of list) {
        sum += weight(item);
        if (point < sum) return item;
      }
      return undefined;
    },
    between: (low, high) => low + next() * (high - low),
  };
}

/** FNV-1a over the seed and the name. */
function mix(seed: number, name: string): number {
  let state = 0x811c_9dc5;
  for (const character of `${seed}/${name}`)
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x0100_0193);
  return state | 0;
}
