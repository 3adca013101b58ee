/**
 * The intervals of a rotation: what follows from what is written, and whether they can work together. The
 * rules keep two rotations from running into each other: an old token must be gone before the next one is
 * due.
 */
import { formatDuration } from '../duration.ts';
import type { Inspection } from './inspection.ts';
import { type Field, type MergedToken, milliseconds } from './merge.ts';
import { valueAt } from './nodes.ts';
import { quote } from './quote.ts';
import type { Rotation } from './types.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A rotation may come up to a tenth early (jitter), so only this part of an interval is sure. */
const sureShare = 0.9;

/**
 * Fills in what is not written. A third of `maxAge` is `renewBefore`. The overlap is 24h, at most half of
 * `renewBefore` and a quarter of `every`, at least 1m. Idleness is awaited for 1h where `lastUsed` is told,
 * at most 7d or half of the time between rotations, never less than the overlap.
 */
export function buildRotation(token: MergedToken, maxAgeMs: number | undefined, lastUsed: boolean): Rotation {
  const { rotation = {} } = token.fields;
  const everyMs = milliseconds(rotation.every);
  const renewBeforeMs =
    maxAgeMs === undefined ? undefined : (milliseconds(rotation.renewBefore) ?? whole(maxAgeMs / 3));
  const bounds = [dayMs, (renewBeforeMs ?? Infinity) / 2, (everyMs ?? Infinity) / 4];
  const overlapMs = milliseconds(rotation.overlap) ?? Math.max(minuteMs, whole(Math.min(...bounds)));
  const sureMs = sureInterval(maxAgeMs, renewBeforeMs, everyMs);
  const forMs = milliseconds(rotation.revokeWhenIdle?.for) ?? hourMs;
  const atMostMs =
    milliseconds(rotation.revokeWhenIdle?.atMost) ??
    Math.max(overlapMs, whole(Math.min(7 * dayMs, (sureMs ?? Infinity) / 2)));
  return {
    renewBeforeMs,
    everyMs,
    overlapMs,
    idle: lastUsed && forMs > 0 ? { forMs, atMostMs } : undefined,
    trigger: rotation.trigger || undefined,
    compromised: rotation.compromised || undefined,
  };
}

/** The one rule about an interval on its own; what keyturn fills in keeps it. */
export function judgeOverlap(token: MergedToken, inspection: Inspection): void {
  const overlapMs = milliseconds(token.fields.rotation?.overlap);
  if (overlapMs === undefined || overlapMs >= minuteMs) return;
  const message = `${show(token, overlap, overlapMs)} is under 1m. Raise it.`;
  inspection.error('OverlapTooShort', token.blame(overlap), message);
}

/** The rules across intervals, each as one finding at the field that is written nearest to the token. */
export function judgeRotation(
  token: MergedToken,
  rotation: Rotation,
  { maxAgeMs, inspection }: { readonly maxAgeMs: number | undefined; readonly inspection: Inspection },
): void {
  const { overlapMs, renewBeforeMs, everyMs, idle } = rotation;
  const sureMs = sureInterval(maxAgeMs, renewBeforeMs, everyMs);
  const say = (code: string, fields: readonly Field[], message: string) =>
    inspection.error(code, token.blame(...fields), message);
  const overlapText = show(token, overlap, overlapMs);
  if (renewBeforeMs !== undefined && maxAgeMs !== undefined && renewBeforeMs >= maxAgeMs) {
    const text = `${show(token, renewBefore, renewBeforeMs)} is not under ${show(token, maxAge, maxAgeMs)}`;
    say(
      'RenewBeforeTooLong',
      [renewBefore, maxAge],
      `${text}: a token would be replaced the moment it is made. Lower renewBefore.`,
    );
    return;
  }
  if (renewBeforeMs !== undefined && overlapMs >= renewBeforeMs) {
    const text = `${overlapText} is not under ${show(token, renewBefore, renewBeforeMs)}`;
    say(
      'OverlapTooLong',
      [overlap, renewBefore, maxAge],
      `${text}: the old token would expire before its overlap ends. Lower overlap or raise renewBefore.`,
    );
    return;
  }
  if (idle && idle.atMostMs < overlapMs) {
    const text = `${show(token, atMost, idle.atMostMs)} of revokeWhenIdle is under ${overlapText}`;
    say('AtMostTooShort', [atMost, overlap], `${text}, which it includes. Raise it.`);
    return;
  }
  const longestMs = Math.max(overlapMs, idle?.atMostMs ?? 0);
  if (sureMs === undefined || sureMs > longestMs) return;
  const [field, ms] = longestMs > overlapMs ? [atMost, longestMs] : [overlap, overlapMs];
  const between = formatDuration(sureMs);
  const why =
    `tokens may be replaced every ${between} (0.9 of ${betweenText(token, rotation, maxAgeMs)}), ` +
    'before the old one is gone';
  const fix = `Lower ${field.at(-1)} below ${between}, or rotate less often.`;
  say(
    'RotationTooFrequent',
    [field, every, renewBefore, maxAge],
    `${show(token, field, ms)} is too long: ${why}. ${fix}`,
  );
}

const maxAge = ['maxAge'];
const overlap = ['rotation', 'overlap'];
const renewBefore = ['rotation', 'renewBefore'];
const every = ['rotation', 'every'];
const atMost = ['rotation', 'revokeWhenIdle', 'atMost'];

/** The time between two rotations that the clock makes at the least; undefined when it makes none. */
function sureInterval(
  maxAgeMs: number | undefined,
  renewBeforeMs: number | undefined,
  everyMs: number | undefined,
): number | undefined {
  const untilRenewalMs = maxAgeMs === undefined ? Infinity : maxAgeMs - (renewBeforeMs ?? 0);
  const shortestMs = Math.min(everyMs ?? Infinity, untilRenewalMs);
  return Number.isFinite(shortestMs) ? sureShare * shortestMs : undefined;
}

function betweenText(
  token: MergedToken,
  { everyMs, renewBeforeMs }: Rotation,
  maxAgeMs: number | undefined,
): string {
  const untilRenewalMs = maxAgeMs === undefined ? Infinity : maxAgeMs - (renewBeforeMs ?? 0);
  return everyMs !== undefined && everyMs <= untilRenewalMs
    ? show(token, every, everyMs)
    : 'maxAge less renewBefore';
}

/** A field with its value as it is written, or with the one it takes by default. */
function show(token: MergedToken, field: Field, ms: number): string {
  const written = valueAt(token.fields, field);
  return `${field.at(-1)} ${written === undefined ? `(${formatDuration(ms)} by default)` : quote(written)}`;
}

function whole(ms: number): number {
  return Number.isFinite(ms) ? Math.floor(ms / 1_000) * 1_000 : ms;
}
