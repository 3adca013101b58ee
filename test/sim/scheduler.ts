/**
 * Owns time and the order of everything. Nothing in the simulated world happens but by an event of this
 * queue, one at a time; whoever awaits something is woken by an event, and runs until he awaits again before
 * the next one is taken.
 */

export interface Scheduler {
  /** Virtual milliseconds since the epoch: the provider's time. */
  now(): number;
  /** Runs `act` at a time; returns at once. `act` says whether it woke somebody who awaits. */
  at(atMs: number, act: () => boolean): void;
  /** Takes events in order until there is none left or `done` says so. */
  run(done: () => boolean): Promise<void>;
}

interface Event {
  readonly atMs: number;
  /** Events of one time keep the order in which they were asked for. */
  readonly rank: number;
  readonly act: () => boolean;
}

export function createScheduler(startMs: number): Scheduler {
  const heap: Event[] = [];
  let nowMs = startMs;
  let asked = 0;
  return {
    now: () => nowMs,
    at: (atMs, act) => push(heap, { atMs: Math.max(atMs, nowMs), rank: asked++, act }),
    run: async (done) => {
      while (!done()) {
        const event = pop(heap);
        if (!event) return;
        nowMs = event.atMs;
        if (event.act()) await settle();
      }
    },
  };
}

/** The engine awaits nothing but promises, so once the microtasks are through everybody waits again. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.rank < other.rank);
}

function push(heap: Event[], event: Event): void {
  let index = heap.length;
  heap.push(event);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Event;
    if (!isBefore(event, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = event;
}

function pop(heap: Event[]): Event | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!top || !last || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++;
    if (!isBefore(heap[child] as Event, last)) break;
    heap[index] = heap[child] as Event;
    index = child;
  }
  heap[index] = last;
  return top;
}
