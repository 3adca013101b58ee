// JSON as Go writes and reads it: a few characters escaped that JavaScript leaves alone, and of a body the
// first value only, whatever follows.

/** Prints `value` compactly or with four spaces, with `<`, `>`, `&`, U+2028 and U+2029 escaped. */
export function printJson(value: unknown, { pretty = false }: { readonly pretty?: boolean } = {}): string {
  return JSON.stringify(value, null, pretty ? 4 : 0).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A number as it was written, where it is no plain integer. */
export interface OddNumber {
  readonly written: string;
}

export type Parsed =
  | { readonly kind: 'empty' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly why: string };

/** The first JSON value of `text`; numbers other than integers as {@link OddNumber}. */
export function parseFirst(text: string): Parsed {
  const start = text.search(/[^ \t\r\n]/);
  if (start < 0) return { kind: 'empty' };
  const first = text[start] ?? '';
  if (!/[[{"\-0-9tfn]/.test(first)) {
    return { kind: 'broken', why: `invalid character ${quote(first)} looking for beginning of value` };
  }
  const end = endOfValue(text, start);
  if (end === undefined) return { kind: 'broken', why: 'unexpected EOF' };
  try {
    return { kind: 'value', value: JSON.parse(text.slice(start, end), keepOddNumbers) };
  } catch {
    return { kind: 'broken', why: `invalid character ${quote(first)} after top-level value` };
  }
}

/** What Go calls the type of a JSON value. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' && isOdd(value) ? 'number' : typeof value;
}

export function isOdd(value: unknown): value is OddNumber {
  return typeof value === 'object' && value !== null && 'written' in value && Object.keys(value).length === 1;
}

function keepOddNumbers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const written = context?.source ?? String(value);
  return typeof value !== 'number' || /^-?\d+$/.test(written) ? value : { written };
}

/** Where the value that starts at `start` ends; undefined if the text ends before it. */
function endOfValue(text: string, start: number): number | undefined {
  if (!/["[{]/.test(text[start] ?? '')) {
    const rest = text.slice(start).search(/[\s,\]}]/);
    return rest < 0 ? text.length : start + rest;
  }
  const tokens = /"(?:[^"\\]|\\.)*"|["[\]{}]/gs;
  tokens.lastIndex = start;
  let depth = 0;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (token[0] === '"') return undefined;
    if (token[0] === '[' || token[0] === '{') depth += 1;
    if (token[0] === ']' || token[0] === '}') depth -= 1;
    if (depth === 0) return tokens.lastIndex;
  }
  return undefined;
}

/** A character as Go quotes it: in single quotes, the unprintable escaped. */
function quote(character: string): string {
  const code = character.charCodeAt(0);
  return code < 32 ? `'\\x${code.toString(16).padStart(2, '0')}'` : `'${character}'`;
}
