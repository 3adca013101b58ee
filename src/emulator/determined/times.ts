// Times of the emulated master: stored in UTC with microseconds, cut and not rounded, printed with as many
// groups of three digits as they need. Microseconds since 1970 are bigints, because expiries lie centuries
// ahead.
import type { World } from './world.ts';

const STEPS_US = { micros: 1n, millis: 1_000n, seconds: 1_000_000n } as const;

/**
 * The time that is stored for something that happens now. `salt` (an id) gives it microseconds which the
 * virtual clock has not, growing with it.
 */
export function stampUs({ clock, toggles }: World, salt: number): bigint {
  const us = BigInt(Math.floor(clock.now())) * 1000n + 1n + BigInt(salt % 900);
  return us - (us % STEPS_US[toggles.timeResolution]);
}

/** As {@link stampUs}, by the database's clock. */
export function databaseStampUs(world: World, salt: number): bigint {
  return stampUs(world, salt) + BigInt(world.toggles.databaseClockAheadMs) * 1000n;
}

/** Now, for comparisons: the end of the clock's millisecond, so that what was stored in it lies before. */
export function nowUs({ clock }: Pick<World, 'clock'>): bigint {
  return BigInt(Math.floor(clock.now())) * 1000n + 999n;
}

/** As the API prints it: RFC 3339 with 0, 3 or 6 digits. */
export function formatTime(us: bigint): string {
  const digits = String(us % 1_000_000n).padStart(6, '0');
  const shown = digits.replace(/(000)+$/, '');
  return `${seconds(us)}${shown === '' ? '' : `.${shown}`}Z`;
}

/** As a token's payload prints it: RFC 3339 with up to 9 digits, without trailing zeros. */
export function formatNanoseconds(ns: bigint): string {
  const shown = String(ns % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${seconds(ns / 1000n)}${shown === '' ? '' : `.${shown}`}Z`;
}

function seconds(us: bigint): string {
  return new Date(Number(us / 1000n)).toISOString().slice(0, 19);
}
