import { describe, expect, it } from '@jest/globals';
import { matchesGlob } from '../../src/core/glob.ts';

describe('patterns of a policy', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'ab', false],
    ['', '', true],
    ['*', '', true],
    ['*', 'anything/at all', true],
    ['a*', 'abc', true],
    ['a*', 'ba', false],
    ['*c', 'abc', true],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['ab*bc', 'abc', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a**c', 'abc', true],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
  ])('whether %j stands for %j is %s', (pattern, text, fits) => {
    expect(matchesGlob(pattern, text)).toBe(fits);
  });

  it('takes no time over a hostile text', () => {
    expect(matchesGlob('*a*a*a*a*a*a*a*a*b', 'a'.repeat(100_000))).toBe(false);
  });
});
