/** Lines of a body that comes in pieces cut anywhere, also within a character. */
import { StringDecoder } from 'node:string_decoder';

/** Empty lines are left out; what stands after the last line break when the body ends is dropped. */
export async function* readLines(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  // Pieces of a long line are put together once, at its end.
  let begun: string[] = [];
  for await (const piece of body) {
    const parts = decoder.write(piece).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      const line = begun.length === 0 ? part : [...begun, part].join('');
      begun = [];
      if (line.trim() !== '') yield line;
    }
    if (last !== '') begun.push(last);
  }
}
