/**
 * How messages show text that somebody else wrote, and places. Quoting escapes control characters, so that no
 * text can break a line, colour a terminal or pose as a command of a workflow log.
 */
import type { Position } from '../errors.ts';

/** A value as text in double quotes, escaped, and cut when it is long. */
export function quote(value: unknown): string {
  const text = textOf(value);
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 60)}…` : text);
}

/** A scalar as text; a map or list by that word, since it may not be able to tell itself. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'a map' : String(value);
}

/** A place, as a message names it. */
export function formatPosition({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
