/** Sentences of a status: how many fit in one, and when two say the same. */

const longest = 1_000;
const most = 3;

/** The first few sentences, and how many there are beyond them. */
export function joinSentences(sentences: readonly string[]): string {
  const different = [...new Set(sentences)];
  const shown = different.slice(0, most).join(' ');
  const text = different.length > most ? `${shown} And ${different.length - most} more.` : shown;
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/**
 * Whether two sentences differ in nothing but times and counts of time: "expires in 3d" says what "expires in
 * 2d" says, and a status that followed the clock would be written all day.
 */
export function sameButTimes(one: string, other: string): boolean {
  return withoutTimes(one) === withoutTimes(other);
}

function withoutTimes(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z?)?|\d+ ?(ms|[wdhms])\b/g, '#').replaceAll(/#[ #]*/g, '#');
}
