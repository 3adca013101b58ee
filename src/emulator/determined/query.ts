// Reads query parameters the way the master's gateway does: both spellings of a name, the first of a
// repeated one, no empty values but strings, and enums by name or number.
import { randomInt } from 'node:crypto';
import type { EmulatorRequest } from '../exchange.ts';
import { snakeCase } from './body.ts';
import { invalid } from './errors.ts';
import { readBoolean, readInteger } from './go-values.ts';
import type { World } from './world.ts';

interface Kinds {
  readonly string: string;
  readonly bool: boolean;
  readonly int32: number;
  readonly int32s: readonly number[];
}

/** An enum is its type's name and its values in the order of their numbers. */
interface EnumKind {
  readonly type: string;
  readonly values: readonly string[];
}

type Kind = keyof Kinds | EnumKind;

export type Parameters = Readonly<Record<string, Kind>>;

/** Absent parameters are undefined; an enum is its number. */
export type Query<P extends Parameters> = {
  readonly [Name in keyof P]: (P[Name] extends keyof Kinds ? Kinds[P[Name]] : number) | undefined;
};

export const orderBy = {
  type: 'apiv1.OrderBy',
  values: ['ORDER_BY_UNSPECIFIED', 'ORDER_BY_ASC', 'ORDER_BY_DESC'],
} as const satisfies EnumKind;

export const DESCENDING = 2;

/** @throws ApiError 400 */
export function readQuery<const P extends Parameters>(
  world: World,
  { search, query }: EmulatorRequest,
  parameters: P,
): Query<P> {
  if (search.includes(';')) throw invalid('invalid semicolon separator in query');
  const entries = Object.entries(parameters).map(([name, kind]) => {
    const values = valuesOf(world, query, name);
    return [name, values === undefined ? undefined : readParameter(values, kind)];
  });
  return Object.fromEntries(entries) as Query<P>;
}

/** Of two spellings one counts; a master picks it at random. */
function valuesOf({ toggles }: World, query: URLSearchParams, name: string): readonly string[] | undefined {
  const snake = snakeCase(name);
  const byName = [name, ...(snake === name ? [] : [snake])].map((spelling) => spelled(query, spelling));
  const [camel, other] = byName;
  if (camel === undefined || other === undefined) return camel ?? other;
  const isCamel = toggles.bothSpellings === 'random' ? randomInt(2) === 0 : toggles.bothSpellings === 'camel';
  return isCamel ? camel : other;
}

/** `name[x]=y` reads as the values x and y. */
function spelled(query: URLSearchParams, name: string): readonly string[] | undefined {
  const values = [...query].flatMap(([key, value]) => {
    if (key === name) return [value];
    const inside = /^(.*)\[(.*)\]$/.exec(key);
    return inside?.[1] === name ? [inside[2] ?? '', value] : [];
  });
  return values.length === 0 ? undefined : values;
}

function readParameter(values: readonly string[], kind: Kind): unknown {
  const [first = ''] = values;
  if (kind === 'string') return first;
  if (kind === 'bool') return readBoolean(first);
  if (kind === 'int32') return readInteger(first);
  if (kind === 'int32s') return values.map(readInteger);
  return readEnum(first, kind);
}

function readEnum(text: string, { type, values }: EnumKind): number {
  const number = /^\d+$/.test(text) ? Number(text) : values.indexOf(text);
  if (number in values) return number;
  throw invalid(`${text} is not a valid ${type}`);
}
