/** Puts messages together that others wrote, some with a final stop and some without. */

/** The text with one final stop, so that a further sentence can follow. */
export function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
