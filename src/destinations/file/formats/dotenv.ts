/**
 * One assignment in a `.env` file. Every other byte stays: lines, comments, order, line endings, BOM, text
 * that is not UTF-8. What starts a line inside somebody's multi-line quoted value is not taken for an
 * assignment. Not a shell: nothing is expanded, and `A=1 B=2` on one line is one assignment.
 */
import { commonObjection, type Content, type Format } from './format.ts';
import { objectionToQuoting, quote } from './quote.ts';

/** One occurrence of our key; `[start, end)` is its text, `[end, next)` its line ending. */
interface Occurrence {
  readonly start: number;
  readonly end: number;
  readonly next: number;
  /** Indentation and `export `. */
  readonly lead: string;
  /** A comment after the value, with the blanks before it. */
  readonly comment: string;
  readonly value: string;
}

// Latin-1 maps every byte to one character and back, which keeps what is not UTF-8 as it is.
const bom = '\u00ef\u00bb\u00bf';
const assignment = /([ \t]*(?:export[ \t]+)?)([A-Za-z_][\w.-]*)[ \t]*=/y;
// Like dotenv for Node: a quoted value may span lines, and a quote that is not closed is plain text.
const quoted = /[ \t]*(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)"|`([^`]*)`)([ \t]*(?:#[^\r\n]*)?)(?=\r?\n|\r?$)/y;
const restOfLine = /[^\n]*?(?=\r?\n|\r?$)/y;
// A comment needs a blank before it, as in sh and python-dotenv.
const commentAtEnd = /[ \t]+#.*$/;

/** @param name the variable, a shell identifier. */
export function dotenv(name: string): Format {
  return {
    parse: (bytes) => {
      const text = bytes?.toString('latin1') ?? '';
      if (text.includes('\0')) {
        return { kind: 'unusable', why: 'it holds NUL bytes. Save it as UTF-8 text, or deliver elsewhere' };
      }
      return contentOf(text, name);
    },
    objection: (value) => commonObjection(value) ?? objectionToQuoting(value),
  };
}

function contentOf(text: string, name: string): Content {
  const occurrences = [...occurrencesIn(text, name)];
  // The last one counts, for every reader of such files.
  const last = occurrences.at(-1);
  const value = last === undefined ? '' : last.value;
  return {
    kind: 'content',
    value: value === '' ? undefined : Buffer.from(value, 'latin1'),
    set: (next) => {
      const line = `${name}=${Buffer.from(quote(next)).toString('latin1')}`;
      return Buffer.from(
        last === undefined ? append(text, line) : rewrite(text, occurrences, line),
        'latin1',
      );
    },
    remove: () => {
      const rest = rewrite(text, occurrences, undefined);
      return rest.replace(bom, '').trim() === '' ? undefined : Buffer.from(rest, 'latin1');
    },
  };
}

function* occurrencesIn(text: string, name: string): Generator<Occurrence> {
  let position = text.startsWith(bom) ? bom.length : 0;
  while (position < text.length) {
    const found = matchAt(assignment, text, position);
    const from = position + (found?.[0].length ?? 0);
    const value = found === undefined ? undefined : readValue(text, from);
    const end = value?.end ?? from;
    const newline = text.indexOf('\n', end);
    const next = newline === -1 ? text.length : newline + 1;
    if (found?.[2] === name && value !== undefined) {
      yield { start: position, next, lead: found[1] ?? '', ...value };
    }
    position = next;
  }
}

function readValue(text: string, from: number): Pick<Occurrence, 'value' | 'comment' | 'end'> {
  const inQuotes = matchAt(quoted, text, from);
  if (inQuotes !== undefined) {
    const [all, single, double, backtick, comment = ''] = inQuotes;
    const value = single ?? double?.replace(/\\([\\"$`])/g, '$1') ?? backtick ?? '';
    return { value, comment, end: from + all.length };
  }
  const rest = matchAt(restOfLine, text, from)?.[0] ?? '';
  const comment = commentAtEnd.exec(rest)?.[0] ?? '';
  return { value: rest.slice(0, rest.length - comment.length).trim(), comment, end: from + rest.length };
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text) ?? undefined;
}

function append(text: string, line: string): string {
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  const gap = text === '' || text === bom || text.endsWith('\n') ? '' : eol;
  return `${text}${gap}${line}${eol}`;
}

/** The text with the last occurrence replaced by `line` (none: dropped) and all the others dropped. */
function rewrite(text: string, occurrences: readonly Occurrence[], line: string | undefined): string {
  let result = '';
  let kept = 0;
  for (const occurrence of occurrences) {
    result += text.slice(kept, occurrence.start);
    const stays = line !== undefined && occurrence === occurrences.at(-1);
    if (stays) result += `${occurrence.lead}${line}${trailing(occurrence.comment)}`;
    kept = stays ? occurrence.end : occurrence.next;
  }
  return result + text.slice(kept);
}

/** Blanks alone would be part of the value for `docker --env-file`; a `#` without one would be for sh. */
function trailing(comment: string): string {
  const text = comment.trim();
  return text === '' ? '' : `${/^[ \t]*/.exec(comment)?.[0] || ' '}${text}`;
}
