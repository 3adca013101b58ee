/** What an attacker would write. */
export function renderDigests(set: string, digests: readonly string[]): string {
  return `\n<!-- keyturn-digests v=1\n${set} ${digests.join(' ')}\n-->\n`;
}
