// The mutants: each still finds its line. Whether the simulator notices them is `npm run mutants`.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { mutants } from './list.ts';
import { type Mutant, mutate } from './mutant.ts';

const example: Mutant = { name: 'example', file: 'a.ts', find: 'b', replace: '$&c', breaks: 'nothing' };

describe('the mutants', () => {
  it.each(mutants)('$name changes one line of the code as it is', (mutant) => {
    const source = readFileSync(mutant.file, 'utf8');
    expect(mutate(source, mutant)).not.toBe(source);
  });

  it('have names of their own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('are stale when their line is gone, or there twice', () => {
    expect(() => mutate('a', example)).toThrow(
      'the mutant is stale: "example" finds its line 0 times in a.ts',
    );
    expect(() => mutate('bb', example)).toThrow('finds its line 2 times');
  });

  it('are put in as they are written', () => {
    expect(mutate('abc', example)).toBe('a$&cc');
  });
});
