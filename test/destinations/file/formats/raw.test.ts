/** A file that is one value. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { raw } from '../../../../src/destinations/file/formats/raw.ts';

describe('a value that is a file', () => {
  it('is read back whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (value) => {
        const bytes = raw.parse(undefined).set(value);
        expect(bytes.toString()).toBe(`${value}\n`);
        expect(raw.parse(bytes).value?.toString()).toBe(value);
      }),
    );
  });

  it.each([
    ['abc', 'abc'],
    ['abc\n\n', 'abc\n'],
    ['abc\r\n', 'abc\r'],
    ['\n', undefined],
    ['', undefined],
  ])('in %j is %j', (text, value) => {
    expect(raw.parse(Buffer.from(text)).value?.toString()).toBe(value);
  });

  it('leaves nothing when it goes, and is refused when it is empty', () => {
    expect(raw.parse(Buffer.from('abc\n')).remove()).toBeUndefined();
    expect(raw.objection('')).toBe('the value is empty');
  });
});
