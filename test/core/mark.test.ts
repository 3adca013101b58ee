import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  formatDescription,
  hashOwner,
  type Mark,
  markLength,
  parseDescription,
} from '../../src/core/mark.ts';

const mark: Mark = {
  owner: '3f9c2e71ab',
  declaration: 'ci-deployer/deploy',
  generation: 7,
  specHash: '11a2b3c4',
  nonce: 'k3x9ab'.replace(/[019]/g, 'a'),
};

describe('a mark', () => {
  it('reads as it is written, after the words of a person', () => {
    expect(formatDescription('Deploys', mark)).toBe(
      'Deploys [keyturn o=3f9c2e71ab t=ci-deployer/deploy g=7 s=11a2b3c4 n=k3xaab]',
    );
  });

  it('comes back from any description and any name', () => {
    const anything = fc.record({
      human: fc.string(),
      user: fc.string({ minLength: 1 }).filter((text) => text.isWellFormed()),
      token: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
      generation: fc.integer({ min: 1, max: 999_999_999 }),
    });
    for (const { human, user, token, generation } of fc.sample(anything, 300)) {
      const written = { ...mark, declaration: `${user}/${token}`, generation };
      const description = formatDescription(human, written);
      expect(parseDescription(description)).toEqual({ kind: 'mark', mark: written, human });
      const room = human === '' ? 1 : 0;
      expect(description.length - human.length + room).toBeLessThanOrEqual(
        markLength(written.declaration, 0),
      );
    }
  });

  it.each([
    ['no mark at all', 'made by hand'],
    ['an empty description', ''],
    ['text after it', `${formatDescription('', mark)} edited`],
    ['a generation of zero', formatDescription('', mark).replace('g=7', 'g=0')],
    ['an owner that is no hash', formatDescription('', mark).replace('o=3f9c2e71ab', 'o=nobody')],
    ['a percent sign that means nothing', formatDescription('', mark).replace('ci-deployer', 'ci%zz')],
    ['no space before it', `x${formatDescription('', mark)}`],
  ])('is none with %s', (_what, description) => {
    expect(parseDescription(description)).toEqual({ kind: 'none' });
  });

  it('of a newer keyturn is recognised and told whose it is', () => {
    const newer = { kind: 'newer', owner: mark.owner, declaration: mark.declaration };
    expect(parseDescription('x [keyturn/3 o=3f9c2e71ab t=ci-deployer/deploy q=1]')).toEqual(newer);
    expect(parseDescription(formatDescription('', { ...mark, specHash: '21a2b3c4' }))).toEqual(newer);
  });

  it('takes the last of two marks', () => {
    const twice = formatDescription(formatDescription('', { ...mark, generation: 1 }), mark);
    expect(parseDescription(twice)).toMatchObject({ mark: { generation: 7 } });
  });
});

describe('an owner', () => {
  it('differs by owner id and by set, and cannot be shifted between the two', () => {
    const hashes = [hashOwner('a', 'b'), hashOwner('b', 'a'), hashOwner('ab', ''), hashOwner('a', 'c')];
    expect(new Set(hashes).size).toBe(4);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{10}$/);
  });
});
