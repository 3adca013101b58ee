/**
 * Durations as manifests write them: `90d`, `1h30m`. This is the one place that parses them; everything else
 * holds milliseconds. A duration taken from a manifest is never written back, so no spelling is ever changed.
 */

const unitMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** What a duration looks like: units fall in size and none repeats. */
const durationPattern = /^(?=[0-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$/;

/** Milliseconds of a duration such as `90d`, or undefined when the text is none. `0s` is a duration. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 32 || !durationPattern.test(text)) return undefined;
  let totalMs = 0;
  for (const [, count = '0', unit = 's'] of text.matchAll(/([0-9]+)([wdhms])/g)) {
    totalMs += Number(count) * unitMs[unit as keyof typeof unitMs];
  }
  return Number.isSafeInteger(totalMs) ? totalMs : undefined;
}

/** A duration in its largest fitting units, for people and receipts: `90d`, `1d12h`, `90s` as `1m30s`. */
export function formatDuration(durationMs: number): string {
  let seconds = Math.max(0, Math.round(durationMs / 1_000));
  if (seconds === 0) return '0s';
  let text = '';
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = unitMs[unit] / 1_000;
    if (seconds >= size) text += `${Math.floor(seconds / size)}${unit}`;
    seconds %= size;
  }
  return text;
}

/** A duration rounded down to its largest unit, for sentences: `6d`, `23h`, `5m`. */
export function roughDuration(durationMs: number): string {
  const size = (['d', 'h', 'm', 's'] as const).find((unit) => durationMs >= unitMs[unit]) ?? 's';
  return `${Math.max(0, Math.floor(durationMs / unitMs[size]))}${size}`;
}
