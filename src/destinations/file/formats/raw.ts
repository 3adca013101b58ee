/**
 * A file that is one value and one newline. Exactly one newline is taken off when reading, so that a value
 * that ends in one comes back as it was.
 */
import { commonObjection, type Format } from './format.ts';

const newline = 0x0a;

export const raw = {
  parse: (bytes) => ({
    kind: 'content',
    value: valueIn(bytes),
    set: (value) => Buffer.from(`${value}\n`),
    remove: () => undefined,
  }),
  objection: commonObjection,
} satisfies Format;

function valueIn(bytes: Buffer | undefined): Buffer | undefined {
  const value = bytes?.at(-1) === newline ? bytes.subarray(0, -1) : bytes;
  return value?.length ? value : undefined;
}
