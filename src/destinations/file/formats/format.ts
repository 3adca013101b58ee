/**
 * What the three formats of a file destination have in common. A format is pure: bytes in, bytes out. It
 * works on one entry and leaves every other byte of the file alone; what it cannot read it says in words
 * that hold no part of the file, because the file holds a value.
 */

/**
 * A file as one entry sees it. An empty value counts as none, so that a template's `NAME=` is free to fill.
 */
export interface Content {
  readonly kind: 'content';
  /** The entry's bytes, unquoted. */
  readonly value: Buffer | undefined;
  /** The whole file with the entry set to a value that the format has no objection to. */
  readonly set: (value: string) => Buffer;
  /** The whole file without the entry; undefined when nothing else is left. */
  readonly remove: () => Buffer | undefined;
}

export interface Unusable {
  readonly kind: 'unusable';
  /** Follows "…cannot be read: " and says what to do. */
  readonly why: string;
}

export interface Format {
  /** Undefined stands for a file that is not there. */
  readonly parse: (bytes: Buffer | undefined) => Content | Unusable;
  /** Why this value cannot be stored in this format; undefined: it can. */
  readonly objection: (value: string) => string | undefined;
}

/** What no format can store. */
export function commonObjection(value: string): string | undefined {
  if (value === '') return 'the value is empty';
  return value.isWellFormed() ? undefined : 'the value is not well-formed Unicode';
}
