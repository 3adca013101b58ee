/** Reads what should be JSON. Knows no shape; that is for the schema of each answer. */

/** Undefined when it is no JSON. The parser's own error is dropped, since it quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
