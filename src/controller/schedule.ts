/** Which key is due when, and which goes first: the queue's memory, without workers and without waiting. */
import { createHeap } from './heap.ts';

interface AddOptions {
  /** Not before this long from now; at once unless told. An earlier time that is set already counts. */
  readonly afterMs?: number;
  /** Of keys that are due the lowest goes first; 0 unless told. */
  readonly rank?: number;
}

export interface Schedule {
  add(key: string, options?: AddOptions): void;
  forget(key: string): void;
  /** Takes up to `room` keys that are due, but none of the busy ones. */
  take(room: number, busy: { has(key: string): boolean }): readonly string[];
  /** Milliseconds until something falls due that is not due yet. */
  nextInMs(): number;
  /** Keys that are due. */
  depth(): number;
  /** Milliseconds that the key waiting longest has been due. */
  lagMs(): number;
}

interface Entry {
  readonly key: string;
  readonly dueMs: number;
  readonly rank: number;
}

export function createSchedule(monotonicMs: () => number): Schedule {
  /** The entry of a key that counts; others are left in the heaps and skipped when they come up. */
  const entries = new Map<string, Entry>();
  const later = createHeap<Entry>((one, other) => one.dueMs - other.dueMs);
  const due = createHeap<Entry>((one, other) => one.rank - other.rank || one.dueMs - other.dueMs);
  const counts = (entry: Entry) => entries.get(entry.key) === entry;
  const promote = (): void => {
    for (let next = later.peek(); next && next.dueMs <= monotonicMs(); next = later.peek()) {
      later.pop();
      if (counts(next)) due.push(next);
    }
  };
  return {
    add: (key, { afterMs = 0, rank = 0 } = {}) => {
      const before = entries.get(key);
      const dueMs = Math.min(monotonicMs() + afterMs, before?.dueMs ?? Number.POSITIVE_INFINITY);
      const entry = { key, dueMs, rank: Math.min(rank, before?.rank ?? rank) };
      if (before && before.dueMs === entry.dueMs && before.rank === entry.rank) return;
      entries.set(key, entry);
      later.push(entry);
    },
    forget: (key) => void entries.delete(key),
    take: (room, busy) => {
      promote();
      const taken: string[] = [];
      const left: Entry[] = [];
      while (taken.length < room) {
        const next = due.pop();
        if (!next) break;
        if (!counts(next)) continue;
        if (busy.has(next.key)) left.push(next);
        else {
          entries.delete(next.key);
          taken.push(next.key);
        }
      }
      for (const entry of left) due.push(entry);
      return taken;
    },
    nextInMs: () => (later.peek()?.dueMs ?? Number.POSITIVE_INFINITY) - monotonicMs(),
    depth: () => due.values().filter(counts).length,
    lagMs: () => {
      const times = due.values().flatMap((entry) => (counts(entry) ? [entry.dueMs] : []));
      return times.reduce((longest, dueMs) => Math.max(longest, monotonicMs() - dueMs), 0);
    },
  };
}
