// How Go reads integers, booleans and durations from text, with the words of its errors.
import { invalid } from './errors.ts';

const UNITS_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const LONGEST_NS = 2n ** 63n - 1n;
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/**
 * A 32-bit integer in base 10, 16 (`0x10`), 8 (`010`) or 2.
 * @throws ApiError in the words of strconv.ParseInt
 */
export function readInteger(text: string): number {
  const match = /^([+-]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.exec(text);
  if (!match) throw invalid(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const [, sign, digits = ''] = match;
  const value = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits) * (sign === '-' ? -1 : 1);
  if (value <= 2_147_483_647 && value >= -2_147_483_648) return value;
  throw invalid(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
}

/** @throws ApiError in the words of strconv.ParseBool */
export function readBoolean(text: string): boolean {
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw invalid(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

export type GoDuration =
  | { readonly kind: 'ok'; readonly ns: bigint }
  | { readonly kind: 'bad'; readonly why: string };

/** A Go duration in nanoseconds ("1h30m", "1.5h", "+0"), or why it is none, in the words of `time`. */
export function readGoDuration(text: string): GoDuration {
  const bad = (why: string): GoDuration => ({ kind: 'bad', why: `time: ${why} ${JSON.stringify(text)}` });
  const [, sign = '', unsigned = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (unsigned === '0') return { kind: 'ok', ns: 0n };
  if (unsigned === '') return bad('invalid duration');
  let ns = 0n;
  for (let rest = unsigned; rest !== ''; ) {
    const [all = '', whole = '', fraction = '', unit = ''] = /^(\d*)(?:\.(\d*))?([^.\d]*)/s.exec(rest) ?? [];
    if (whole === '' && fraction === '') return bad('invalid duration');
    if (unit === '') return bad('missing unit in duration');
    const unitNs = Object.hasOwn(UNITS_NS, unit) ? UNITS_NS[unit] : undefined;
    if (unitNs === undefined) return bad(`unknown unit ${JSON.stringify(unit)} in duration`);
    ns += BigInt(whole) * unitNs + (BigInt(fraction) * unitNs) / 10n ** BigInt(fraction.length);
    if (ns > LONGEST_NS) return bad('invalid duration');
    rest = rest.slice(all.length);
  }
  return { kind: 'ok', ns: sign === '-' ? -ns : ns };
}
