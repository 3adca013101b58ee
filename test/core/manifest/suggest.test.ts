import { describe, expect, it } from '@jest/globals';
import { suggest } from '../../../src/core/manifest/suggest.ts';

const words = ['scopes', 'suspend', 'state', 'maxAge', 'extendWhenUsed', 'projects:read', 'projects:write'];

describe('suggestions', () => {
  it.each([
    ['a dropped letter', 'scope', 'scopes'],
    ['an inserted letter', 'suspennd', 'suspend'],
    ['a replaced letter', 'stete', 'state'],
    ['swapped letters', 'satte', 'state'],
    ['another case', 'maxage', 'maxAge'],
    ['several slips in a long word', 'extendwhenusing', 'extendWhenUsed'],
    ['the nearest of two', 'project:write', 'projects:write'],
    ['one slip in a short word', 'sope', undefined],
    ['nothing near', 'xyzzy', undefined],
    ['a word without end', 'scopes'.repeat(1_000), undefined],
    ['an empty word', '', undefined],
  ])('see through %s', (_, word, meant) => {
    expect(suggest(word, words)).toBe(meant);
  });
});
