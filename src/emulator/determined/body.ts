// Reads request bodies against small field tables, the way the master's JSON gateway does: both spellings of
// a name, null as absent, unknown fields ignored, integers in quotes, and Go's words for what does not fit.
import { invalid } from './errors.ts';
import { isOdd, kindOf, type Parsed, parseFirst } from './json.ts';
import type { World } from './world.ts';

interface Kinds {
  readonly string: string;
  readonly bool: boolean;
  readonly int32: number;
  readonly int32s: readonly number[];
  /** A message inside the message, to be read by {@link readFields}. */
  readonly object: Readonly<Record<string, unknown>>;
}

export type Fields = Readonly<Record<string, keyof Kinds>>;

/** Absent and null fields are undefined. */
export type Body<F extends Fields> = { readonly [Name in keyof F]: Kinds[F[Name]] | undefined };

/**
 * The fields of a body; an empty one and `null` have none.
 * @throws ApiError 400
 */
export function readBody<const F extends Fields>(world: World, text: string, fields: F): Body<F> {
  const value = readValue(world, text) ?? {};
  if (kindOf(value) !== 'object') {
    throw invalid(`json: cannot unmarshal ${kindOf(value)} into Go value of type map[string]json.RawMessage`);
  }
  return readFields(value as Readonly<Record<string, unknown>>, fields);
}

/** As {@link readBody}, for a message inside a body. */
export function readFields<const F extends Fields>(
  message: Readonly<Record<string, unknown>>,
  fields: F,
): Body<F> {
  const given = new Map(Object.entries(message));
  const entries = Object.entries(fields).map(([name, kind]) => {
    const value = given.has(name) ? given.get(name) : given.get(snakeCase(name));
    return [name, value === undefined || value === null ? undefined : readField(value, kind)];
  });
  return Object.fromEntries(entries) as Body<F>;
}

/** A body that is a bare string; null and nothing are the empty one. */
export function readString(world: World, text: string): string {
  return readField(readValue(world, text) ?? '', 'string') as string;
}

/** The snake_case spelling of a lowerCamelCase name. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function readValue(world: World, text: string): unknown {
  const parsed: Parsed = parseFirst(text);
  if (parsed.kind === 'value') return parsed.value;
  if (parsed.kind === 'empty') return undefined;
  throw invalid(world.toggles.syntaxErrorTexts === 'go' ? parsed.why : 'the body is not valid JSON');
}

function readField(value: unknown, kind: keyof Kinds): unknown {
  switch (kind) {
    case 'string':
      if (typeof value === 'string') return value.toWellFormed();
      throw mismatch(value, 'string');
    case 'bool':
      if (typeof value === 'boolean') return value;
      throw mismatch(value, 'bool');
    case 'int32':
      return readInt32(value);
    case 'int32s':
      if (Array.isArray(value)) return value.map(readInt32);
      throw mismatch(value, '[]json.RawMessage');
    case 'object':
      if (kindOf(value) === 'object') return value;
      throw mismatch(value, 'map[string]json.RawMessage');
  }
}

/** Quotes around a number are dropped before it is parsed, so that "abc" is bad JSON and no mismatch. */
function readInt32(value: unknown): number {
  const parsed = typeof value === 'string' ? parseFirst(value) : ({ kind: 'value', value } as const);
  if (parsed.kind === 'broken') throw invalid(parsed.why);
  if (parsed.kind === 'empty') throw invalid('unexpected end of JSON input');
  const number = parsed.value;
  if (typeof number === 'number' && Math.abs(number) < 2 ** 31) return number;
  throw mismatch(number, 'int32');
}

/** For integers Go names the number too. */
function mismatch(value: unknown, type: string): Error {
  const written = isOdd(value) ? value.written : value;
  const isNamed = type === 'int32' && kindOf(value) === 'number';
  const what = isNamed ? `number ${String(written)}` : kindOf(value);
  return invalid(`json: cannot unmarshal ${what} into Go value of type ${type}`);
}
