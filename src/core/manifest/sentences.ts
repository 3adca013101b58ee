/**
 * What zod objects to, in our own words: what is wrong, why, and what to write instead. Messages of the
 * schema itself are predicates that follow the name and value of a field; the library's own texts are never
 * shown.
 */
import type * as z from 'zod';
import { type Path, valueAt } from './nodes.ts';
import { quote, textOf } from './quote.ts';
import { knownKeys } from './shape.ts';
import { suggest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** One remark, and the path it is about. */
export interface Remark {
  readonly code: 'UnknownKey' | 'WrongType' | 'WrongValue' | 'Missing';
  readonly path: Path;
  readonly message: string;
  /** What an unknown key probably stands for: nothing further is said about that field. */
  readonly meant?: Path;
}

interface Text {
  readonly schema: z.ZodType;
  readonly data: unknown;
  /** How a plain scalar is written, such as `007`. */
  sourceOf(path: Path): string | undefined;
}

/** The remarks of one issue: one, but for unknown keys, which the library reports map by map. */
export function explainIssue(issue: Issue, text: Text): readonly Remark[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, path, text.schema));
  }
  const value = valueAt(text.data, path);
  const name = nameOfPath(path);
  if (issue.code === 'invalid_type') {
    return [{ path, ...wrongType(issue.expected, { value, name, path, text }) }];
  }
  const written = text.sourceOf(path) ?? textOf(value);
  if (issue.code === 'invalid_value' && value === undefined) {
    return [{ code: 'Missing', path, message: `${name} is missing. Write ${choices(issue.values)}.` }];
  }
  const predicate =
    issue.code === 'custom' && value === undefined ? issue.message : predicateOf(issue, value);
  const subject = isPlain(value) ? `${name} ${typeof value === 'string' ? quote(value) : written}` : name;
  return [{ code: 'WrongValue', path, message: `${subject} ${predicate}` }];
}

function predicateOf(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const meant = typeof value === 'string' ? suggest(value, values) : undefined;
    const fix = meant ? `Did you mean ${quote(meant)}?` : `Write ${choices(issue.values)}.`;
    return `is not known here. ${fix}`;
  }
  if (issue.code === 'too_small' && typeof value === 'number') return `is under ${issue.minimum}. Raise it.`;
  if (issue.code === 'too_big' && typeof value === 'number') return `is over ${issue.maximum}. Lower it.`;
  return issue.message;
}

function unknownKey(key: string, path: Path, schema: z.ZodType): Remark {
  const { here, below } = knownKeys(schema, path);
  const place = typeof path.at(-1) === 'number' ? `a ${nameOfPath(path)}` : nameOfPath(path);
  const home = below.get(key);
  const meant = home ?? suggest(key, here);
  const known = meant ? `Did you mean ${quote(meant)}?` : `Known there: ${here.join(', ')}.`;
  const message = `unknown key ${quote(key)} in ${place}. ${home ? `It belongs under "${home}".` : known}`;
  const remark = { code: 'UnknownKey', path: [...path, key], message } as const;
  return meant ? { ...remark, meant: [...path, meant] } : remark;
}

interface Mistyped {
  readonly value: unknown;
  readonly name: string;
  readonly path: Path;
  readonly text: Text;
}

function wrongType(expected: string, { value, name, path, text }: Mistyped) {
  const want = words[expected] ?? expected;
  if (value === undefined)
    return { code: 'Missing' as const, message: `${name} is missing. Add it: it is ${want}.` };
  if (value === null) {
    return {
      code: 'WrongType' as const,
      message: `${name} is empty, where ${want} is due. Give it a value or remove it.`,
    };
  }
  const written = text.sourceOf(path) ?? textOf(value);
  const shown = typeof value === 'string' ? quote(value) : written.slice(0, 64);
  const type = typeof value === 'boolean' ? 'a boolean' : words[typeof value];
  const found = isPlain(value) ? `${name} ${shown} is ${type}` : `${name} is ${textOf(value)}`;
  const fix =
    expected === 'string' && typeof value !== 'object' ? ` Quote it: ${quote(written)}.` : ' Correct it.';
  return { code: 'WrongType' as const, message: `${found}, where ${want} is due.${fix}` };
}

const words: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** A number, boolean or text, which a message can show. */
function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function choices(values: readonly unknown[]): string {
  const texts = values.map(String);
  return texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

/** The last key of a path; of an entry of a list, the list's. */
function nameOfPath(path: Path): string {
  const last = path.at(-1);
  if (typeof last === 'string') return last;
  const list = path.findLast((segment) => typeof segment === 'string');
  return list === undefined ? 'the document' : `${list} entry`;
}
