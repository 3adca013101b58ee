/**
 * The one place where text that a provider, a destination or a manifest controls is made harmless. Terminals
 * get it without control characters, runners get no line that is a workflow command, Markdown gets no markup,
 * mention or link. Nothing else in `render` may print such text raw.
 */

// A CSI sequence (colours, cursor) goes with its parameters. Of any other only the escape character goes:
// what it would swallow, up to an end that may never come, could be our own words.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is being removed
const escapeSequences = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g;

/**
 * One line of plain text: escape sequences, control characters, invisible and direction-changing characters
 * are gone, line breaks and tabs are spaces. `##[` would be a workflow command anywhere in a line, so it is
 * parted.
 */
export function clean(text: string): string {
  return text
    .replaceAll(escapeSequences, '')
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .replaceAll('##[', '# #[');
}

/**
 * Joins finished lines. A runner ignores the blanks before `::`, so indentation alone does not stop a
 * workflow command.
 */
export function joinLines(lines: readonly string[]): string {
  return lines.map((line) => line.trimEnd().replace(/^(\s*)(?=::)/, '$1· ')).join('\n');
}

/** Markdown text in which nothing is markup, HTML, a mention, an issue reference or a link. */
export function markdownText(text: string): string {
  return encode(text)
    .replaceAll('@', '@&#8203;')
    .replaceAll('&#35;', '&#35;&#8203;')
    .replaceAll(/:(?=\/\/|[\w+-]+:)/g, ':&#8203;')
    .replaceAll(/www(?=\.)|\bgh(?=-[0-9])/gi, '$&&#8203;');
}

/** The same as code, which people may copy. Renders in tables and inside HTML blocks of GitHub too. */
export function markdownCode(text: string): string {
  const plain = clean(text);
  if (plain.trim() === '') return '(empty)';
  // A code span is literal: neither mentions nor links are looked for in it. What would end it, its table
  // cell or a comment marker that is searched for in the raw text is spelled as entities instead.
  return /[`|\\<]/.test(plain) ? `<code>${markdownText(text)}</code>` : `\`${plain}\``;
}

/** JSON whose raw text is harmless on a terminal and in a log, and means the same. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, spell)
    .replaceAll('##[', '##\\u005b');
}

function spell(characters: string): string {
  const units = Array.from({ length: characters.length }, (_, index) => characters.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** Entities for what is markup within a line; no text from outside ever begins one. */
function encode(text: string): string {
  return clean(text).replaceAll(/[&<>\\`*_[\]#|~$]/g, (character) => `&#${character.charCodeAt(0)};`);
}
