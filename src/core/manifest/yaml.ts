/**
 * YAML text to plain data that still knows where each part of it is written. What the YAML library objects to
 * becomes a sentence here; nothing here knows what a manifest means.
 */
import { Composer, type Document, isScalar, Lexer, LineCounter, Parser, type YAMLError } from 'yaml';
import { type Path, readNodes, walkNodes } from './nodes.ts';

/** Line and column, both from 1. */
interface Spot {
  readonly line: number;
  readonly column: number;
}

/** A remark about YAML as such. */
interface YamlProblem extends Spot {
  readonly code: 'NotYaml' | 'DuplicateKey' | 'TooLarge';
  readonly message: string;
}

/** One document of a file. `data` is undefined when it could not be read; `problems` then says why. */
export interface YamlDocument {
  readonly data: unknown;
  readonly problems: readonly YamlProblem[];
  /** Where the value or key at a path is written; for something missing, where its parent is. */
  locate(path: Path, want?: 'key' | 'value'): Spot;
  /** The text of a plain scalar as it is written, such as `007`, which is the number 7. */
  sourceOf(path: Path): string | undefined;
}

/** Manifests nest about ten deep; YAML libraries end their stack a few hundred levels down. */
const mostLevels = 100;

/** The documents of a text, empty ones left out. Never throws for bad input. */
export function parseYaml(text: string): readonly YamlDocument[] {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > mostLevels) {
      const message = `nests more than ${mostLevels} levels deep. Nest fewer lists and maps.`;
      return [unreadable({ code: 'TooLarge', message, ...spotOf(lines, parser.offset) })];
    }
  }
  tokens.push(...parser.end());
  // Duplicate keys are looked for in readNodes: the library compares every pair of a map's keys.
  const composer = new Composer({
    version: '1.2',
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  return [...composer.compose(tokens)]
    .filter((document) => !isEmpty(document))
    .map((document) => read(document, lines));
}

function read(document: Document, lines: LineCounter): YamlDocument {
  const refused = [...document.errors.slice(0, 1), ...document.warnings].map(explain);
  const { data, problems, targets } = readNodes(document);
  const unread = document.errors.length > 0 || problems.some(({ code }) => code !== 'DuplicateKey');
  return {
    data: unread ? undefined : data,
    problems: [...refused, ...problems].map(({ offset, ...rest }) => ({ ...rest, ...spotOf(lines, offset) })),
    locate(path, want = 'value') {
      const { key, node, exact } = walkNodes(document.contents, path, targets);
      const chosen = want === 'key' || !exact ? (key ?? node) : node?.range ? node : key;
      return spotOf(lines, chosen?.range?.[0] ?? 0);
    },
    sourceOf(path) {
      const { node, exact } = walkNodes(document.contents, path, targets);
      return exact && isScalar(node) && node.type === 'PLAIN' ? node.source : undefined;
    },
  };
}

function unreadable(problem: YamlProblem): YamlDocument {
  const { line, column } = problem;
  return {
    data: undefined,
    problems: [problem],
    locate: () => ({ line, column }),
    sourceOf: () => undefined,
  };
}

function spotOf(lines: LineCounter, offset: number): Spot {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function isEmpty({ contents, errors }: Document): boolean {
  return errors.length === 0 && (contents === null || (isScalar(contents) && contents.value === null));
}

/** Only the first error of a document is shown: those after it are mostly its echoes. */
function explain({ code, message, pos }: YAMLError) {
  const offset = pos[0];
  const sentence = sentences[code] ?? `${message.replace(/[.\s]+$/, '')}. Correct the YAML`;
  return { code: 'NotYaml' as const, message: `this is not YAML that can be read: ${sentence}.`, offset };
}

const sentences: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'a tab indents this line, and YAML takes spaces only. Replace it by spaces',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " stands on this line. Quote the text, or begin a new line',
  BAD_SCALAR_START: 'text may not begin with this character. Quote it',
  TAG_RESOLVE_FAILED: 'a tag (!name) means nothing here. Remove it',
  BAD_INDENT: 'this line is not indented like its neighbours, or a bracket is not closed. Line it up',
};
