/** What happened, in plain words. Kept as parts and put into words only when somebody wants to read it. */

export interface Trace {
  /** `who` did or saw something. */
  say(who: string, ...words: readonly (string | number | undefined)[]): void;
  /** The last so many events, oldest first, each with the virtual time since the beginning. */
  last(count: number): readonly string[];
  /** How many events there were. */
  count(): number;
  /** A number that stands for every event so far, and for their order and times. */
  fingerprint(): number;
}

interface Entry {
  readonly atMs: number;
  readonly who: string;
  readonly words: readonly (string | number | undefined)[];
}

/** @param kept how many events are remembered; all of them when undefined. */
export function createTrace(now: () => number, kept: number | undefined): Trace {
  const entries: Entry[] = [];
  const startMs = now();
  let count = 0;
  let print = 0x811c_9dc5;
  return {
    say: (who, ...words) => {
      const entry = { atMs: now() - startMs, who, words };
      print = mixIn(print, entry);
      if (kept === undefined) entries.push(entry);
      else entries[count % kept] = entry;
      count++;
    },
    last: (wanted) => {
      const oldestFirst =
        kept === undefined || count <= kept
          ? entries
          : [...entries.slice(count % kept), ...entries.slice(0, count % kept)];
      return oldestFirst.slice(-wanted).map(format);
    },
    count: () => count,
    fingerprint: () => print >>> 0,
  };
}

/** FNV-1a over what is told of an event. */
function mixIn(print: number, { atMs, who, words }: Entry): number {
  let state = Math.imul(print ^ Math.round(atMs), 0x0100_0193);
  for (const word of [who, ...words]) {
    const text = String(word);
    for (let index = 0; index < text.length; index++)
      state = Math.imul(state ^ text.charCodeAt(index), 0x0100_0193);
  }
  return state;
}

function format({ atMs, who, words }: Entry): string {
  const text = words.filter((word) => word !== undefined && word !== '').join(' ');
  return `${formatTime(atMs)}  ${who.padEnd(8)}  ${text}`;
}

/** `12d 03:04:05.678` */
function formatTime(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const clock = new Date(ms % 86_400_000).toISOString().slice(11, 23);
  return `${String(days).padStart(3)}d ${clock}`;
}
