import { describe, expect, it } from '@jest/globals';
import { formatRun, type Options, parseOptions, UsageError } from './options.ts';

function parse(text: string): Options {
  return parseOptions(text.split(' ').filter(Boolean), () => 777);
}

describe('the options of the simulator', () => {
  it('run from seed 1 on when nothing else is said', () => {
    expect(parse('--seeds 20')).toMatchObject({ from: 1, end: { kind: 'seeds', seeds: 20 } });
  });

  it('pick a fresh first seed for a run of minutes, unless one is named', () => {
    expect(parse('--minutes 0.5')).toMatchObject({ from: 777, end: { kind: 'minutes', minutes: 0.5 } });
    expect(parse('--minutes 2 --from 9')).toMatchObject({ from: 9 });
  });

  it('pick a fresh first seed for so many seeds when they are asked to', () => {
    expect(parse('--fresh --seeds 30')).toMatchObject({ from: 777, end: { kind: 'seeds', seeds: 30 } });
  });

  it('read back what repeats a shrunk run', () => {
    const limits = { without: new Set(['crash', 'late'] as const), mostDeclarations: 2, mostPasses: 5 };
    const [, words = ''] = formatRun(42, limits).split(' -- ');
    expect(parse(words)).toMatchObject({ from: 42, end: { kind: 'seeds', seeds: 1 }, limits });
  });

  it.each([
    ['--sedes 5', "Unknown option '--sedes'"],
    ['5', 'Unexpected argument'],
    ['--seeds 0', '--seeds takes a whole number'],
    ['--seeds 1e3', '--seeds takes a whole number'],
    ['--minutes -1', 'minutes'],
    ['--seed 1 --seeds 2', '--seed runs one seed'],
    ['--seeds 1 --minutes 1', 'either --seeds or --minutes'],
    ['--fresh --from 4', 'either --from or --fresh'],
    ['--fresh --seed 4', '--seed runs one seed'],
    ['--trace', '--trace needs --seed'],
    ['--without crash,nonsense', 'no feature "nonsense"'],
  ])('refuse %s', (text, why) => {
    expect(() => parse(text)).toThrow(UsageError);
    expect(() => parse(text)).toThrow(why);
  });
});
