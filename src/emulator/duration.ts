// Reads the short durations of control requests and faults ("3d", "1h30m", "250ms"). The emulator has its
// own reader so that it shares no code with the client it is there to test.

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a duration such as "90d", "1h30m" or "250ms"; undefined if `text` is none. */
export function readDurationMs(text: string): number | undefined {
  if (!/^(\d+(ms|[wdhms]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[wdhms])/g)) {
    total += Number(count) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return total;
}
