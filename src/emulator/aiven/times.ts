// How the emulated API writes times.
import type { World } from './world.ts';

/** RFC 3339 in UTC, whole seconds unless toggled to microseconds. */
export function formatTime({ toggles }: World, ms: number): string {
  const text = new Date(ms).toISOString();
  return toggles.timestampFractions === 'micros' ? text.replace('Z', '000Z') : `${text.slice(0, 19)}Z`;
}

/** The other form, which `token_validity_begin` alone has: microseconds and a numeric zone. */
export function formatValidityBegin(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000+00:00');
}
