/** Colours, column widths and line wrapping for terminals, in as little as it takes. */

const codes = { green: 32, yellow: 33, red: 31, cyan: 36, dim: 2, bold: 1, alarm: '1;31' } as const;
export type Colour = keyof typeof codes;
export type Paint = (text: string, colour: Colour | undefined) => string;

/** A painter; without colours it changes nothing. Paint after padding: escape sequences have no width. */
export function painter(colours: boolean): Paint {
  return (text, colour) =>
    colours && colour !== undefined && text !== '' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}

/** Columns a text takes: wide characters two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1 + Number(/\p{Emoji_Presentation}/u.test(character));
  }
  return width;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Breaks at spaces so that no line is wider than `width`, where words allow it. Undefined: one line. */
export function wrap(text: string, width: number | undefined): readonly string[] {
  if (width === undefined || displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Rows as aligned columns, two spaces apart; no column but the last is aligned to more than `cap`. */
export function columns(rows: readonly (readonly string[])[], cap = 40): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [rank, cell] of row.entries()) {
      const width = displayWidth(cell);
      if (width <= cap) widths[rank] = Math.max(widths[rank] ?? 0, width);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, rank) => pad(cell, widths[rank] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
