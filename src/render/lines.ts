/**
 * Lines that plan and report share at a terminal: symbol, subject, word and text in columns, long texts
 * broken.
 */
import { clean } from './escape.ts';
import { type Colour, displayWidth, pad, painter, wrap } from './layout.ts';

export interface TextOptions {
  readonly colours: boolean;
  /** Columns of the terminal; undefined: lines are not broken. */
  readonly width?: number | undefined;
  /** Shows what is otherwise collapsed, with ids and digests. */
  readonly verbose?: boolean | undefined;
  /** Owner hash → name, of those the caller knows. */
  readonly owners?: ReadonlyMap<string, string> | undefined;
}

export interface Line {
  readonly symbol: string;
  readonly subject: string;
  readonly word: string;
  readonly colour: Colour | undefined;
  /** The first goes beside the subject, the others below it. */
  readonly texts: readonly Text[];
}

export interface Text {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

const leastSubject = 21;
const leastWord = 7;
/** A longer subject is never cut: it pushes its own line to the right and leaves the others alone. */
const widestSubject = 44;
/** Texts are not squeezed into less than this, however narrow the terminal. */
const leastRoom = 30;

/** Aligns lines under each other and breaks long texts under their own column. */
export function layOut(lines: readonly Line[], { colours, width }: TextOptions): readonly string[] {
  const paint = painter(colours);
  const subjectWidth = columnWidth(
    lines.map(({ subject }) => clean(subject)),
    leastSubject,
  );
  const wordWidth = columnWidth(
    lines.map(({ word }) => word),
    leastWord,
  );
  const indent = ' '.repeat(4 + subjectWidth + 2 + wordWidth + 2);
  const room = width === undefined ? undefined : Math.max(leastRoom, width - indent.length);
  return lines.flatMap(({ symbol, subject, word, colour, texts }) => {
    const label = `${pad(clean(subject), subjectWidth)}  ${paint(pad(word, wordWidth), colour)}`;
    const start = `  ${paint(symbol, colour)} ${label}  `;
    const pieces = texts.flatMap((piece) =>
      wrap(clean(piece.text), room).map((text) => paint(text, piece.colour)),
    );
    if (pieces.length === 0) return [start];
    return pieces.map((text, rank) => (rank === 0 ? start : indent) + text);
  });
}

/** A paragraph led by a coloured word; further lines are indented by two. */
export function say(
  lead: string,
  text: string,
  { colours, width, colour }: TextOptions & { readonly colour: Colour },
): readonly string[] {
  const room = width === undefined ? undefined : Math.max(leastRoom, width - 2);
  const [first = '', ...rest] = wrap(`${lead} ${clean(text)}`, room);
  return [painter(colours)(lead, colour) + first.slice(lead.length), ...rest.map((line) => `  ${line}`)];
}

function columnWidth(texts: readonly string[], least: number): number {
  const widths = texts.map(displayWidth).filter((width) => width <= widestSubject);
  return widths.reduce((most, width) => Math.max(most, width), least);
}
