/**
 * One token with the defaults of its set, and where each of its fields is written. Objects are merged, lists
 * replaced. Values that follow from other fields are not filled in here.
 */
import { parseDuration } from '../duration.ts';
import { type Path, valueAt } from './nodes.ts';
import type { DefaultFields, TokenFields } from './token-schema.ts';

/** A field of a token, as deep as needed: `['rotation', 'overlap']`. */
export type Field = readonly string[];

/** A merged token. */
export interface MergedToken {
  readonly fields: TokenFields;
  /** Where the token is in the document. */
  readonly path: Path;
  /** Where a field is written: on the token, else in the defaults; undefined when in neither. */
  pathOf(field: Field): Path | undefined;
  /** Among fields that conflict, where to point: the first written on the token, else in the defaults. */
  blame(...fields: readonly Field[]): Path;
  /** Every path the field may be written at. */
  places(field: Field): readonly Path[];
}

const defaultsPath: Path = ['spec', 'defaults'];

/** @param path the token's, in the document. */
export function mergeToken(token: TokenFields, path: Path, defaults: DefaultFields = {}): MergedToken {
  const rotation = { ...defaults.rotation, ...token.rotation };
  const idle = { ...defaults.rotation?.revokeWhenIdle, ...token.rotation?.revokeWhenIdle };
  if (Object.keys(idle).length > 0) rotation.revokeWhenIdle = idle;
  const onToken = (field: Field) => valueAt(token, field) !== undefined;
  const pathOf = (field: Field) => {
    if (onToken(field)) return [...path, ...field];
    return valueAt(defaults, field) === undefined ? undefined : [...defaultsPath, ...field];
  };
  return {
    fields: { ...defaults, ...token, rotation },
    path,
    pathOf,
    places: (field) => [
      [...path, ...field],
      [...defaultsPath, ...field],
    ],
    blame(...fields) {
      const own = fields.find(onToken);
      if (own) return [...path, ...own];
      return fields.map(pathOf).find((place) => place !== undefined) ?? path;
    },
  };
}

/** Milliseconds of a duration that the schema has accepted. */
export function milliseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}
