// Reads and checks request bodies against small field tables. The content type is ignored, as clients send
// any; an empty body is an empty object. Messages name fields, never values.
import { ApiError } from './errors.ts';
import type { World } from './world.ts';

interface Kinds {
  readonly string: string;
  readonly boolean: boolean;
  readonly number: number;
  readonly integer: number;
  readonly strings: readonly string[];
  readonly objects: readonly Readonly<Record<string, unknown>>[];
}

export interface Field {
  readonly kind: keyof Kinds;
  readonly required?: true;
  /** Longest string or list. */
  readonly max?: number;
  /** Accept null as absent: avn sends it. */
  readonly nullable?: true;
}

export type Fields = Readonly<Record<string, Field>>;

export type Body<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends { readonly required: true }
    ? Kinds[F[Name]['kind']]
    : Kinds[F[Name]['kind']] | undefined;
};

/**
 * The fields of a request body.
 * @throws ApiError with the toggled validation status
 */
export function readBody<const F extends Fields>(world: World, text: string, fields: F): Body<F> {
  return checkFields(world, parseObject(world, text), fields);
}

/** As {@link readBody}, for an object that was already parsed. */
export function checkFields<const F extends Fields>(world: World, input: object, fields: F): Body<F> {
  const entries = Object.entries(input);
  const unknown = entries.find(([name]) => !Object.hasOwn(fields, name))?.[0];
  if (unknown !== undefined && world.toggles.unknownBodyFields === 'reject') {
    throw invalid(world, 'Additional properties are not allowed');
  }
  const given = new Map(entries);
  const checked = Object.entries(fields).map(([name, field]) => {
    const value: unknown = given.get(name);
    if (value === undefined || (value === null && field.nullable)) {
      if (field.required) throw invalid(world, `'${name}' is a required property`);
      return [name, undefined];
    }
    if (!isOf(field, value)) throw invalid(world, `'${name}' is not valid`);
    return [name, value];
  });
  return Object.fromEntries(checked) as Body<F>;
}

/** A validation failure with the toggled status. */
export function invalid(world: World, message: string, code = 'bad_request'): ApiError {
  return new ApiError(world.toggles.validationStatus, `Invalid input: ${message}`, { code });
}

function parseObject(world: World, text: string): object {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The same answer as for a body that is no object.
  }
  throw invalid(world, 'the body is not a JSON object');
}

function isOf({ kind, max = Number.POSITIVE_INFINITY }: Field, value: unknown): boolean {
  switch (kind) {
    case 'string':
      return typeof value === 'string' && [...value].length <= max;
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'strings':
      return Array.isArray(value) && value.length <= max && value.every((item) => typeof item === 'string');
    case 'objects':
      return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
  }
}
