import { describe, expect, it } from '@jest/globals';
import { compare, declarationOf, delivered, findingsOf, head, token } from './support.ts';

const determined = head.replace(/aiven: {.*}}/, 'determined: {url: "https://det.example"}}');

/** Fields of a token from line 12, column 11 on → what is found. */
const aiven: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'warns about a scope outside the published ones, and asks what was meant': [
    'scopes: [project:read, all, zzz]',
    '12:20 UnknownScope (warning) scope "project:read" is not among those Aiven publishes. Did you mean ' +
      '"projects:read"?',
    '12:39 UnknownScope (warning) scope "zzz" … Check its spelling.',
  ],
  'refuses a scope with a space': ['scopes: ["a b"]', '12:20 WrongValue scopes entry "a b" is not a scope'],
  'warns that an empty list of scopes restricts nothing': [
    'scopes: []',
    '12:19 Unrestricted (warning) scopes is an empty list',
  ],
  'refuses more than a hundred scopes': [
    `scopes: [${Array(101).fill('all')}]`,
    '12:19 WrongValue scopes has more than 100 entries.',
  ],
  'refuses what is no CIDR block': [
    'ipAllowlist: [10.0.0.0/33, 10.0.0, "fe80::1%eth0", 1.2.3.4]',
    '12:25 BadCidr ipAllowlist entry "10.0.0.0/33" is not an IP address or CIDR block.',
    '12:38 BadCidr ipAllowlist entry "10.0.0"',
    '12:46 BadCidr ipAllowlist entry "fe80::1%eth0"',
  ],
  'warns when an address in a block stands for the whole block': [
    'ipAllowlist: [10.0.0.1/8]',
    '12:25 HostBits (warning) ipAllowlist entry "10.0.0.1/8" stands for the whole block 10.0.0.0/8.',
  ],
  'refuses more than a hundred blocks': [
    `ipAllowlist: [${Array(101).fill('1.2.3.4')}]`,
    '12:24 WrongValue ipAllowlist has more than 100 entries.',
  ],
  'refuses a description that leaves no room for the mark': [
    `description: ${'x'.repeat(934)}`,
    '12:24 DescriptionTooLong description has 934 characters … Aiven takes 1000 … mark needs 82. Shorten ' +
      'it to 918.',
  ],
  'refuses a control character in a description': [
    'description: "a\\0b"',
    '12:24 WrongValue description "a\\u0000b" holds a control character.',
  ],
};

describe('the fields of a token', () => {
  it.each(Object.entries(aiven))('%s', (_, [lines, ...expected]) => {
    expect(compare(token(`maxAge: 1d\n${delivered}${lines}`), expected)).toEqual(expected);
  });

  it('takes a description that just leaves room for the mark', () => {
    expect(findingsOf(token(`maxAge: 1d\n${delivered}description: ${'x'.repeat(918)}`))).toEqual([]);
  });

  it('refuses the fields that Determined cannot honour', () => {
    const lines = `maxAge: 1d
${delivered}scopes: [all]
ipAllowlist: [10.0.0.0/8]
extendWhenUsed: true
rotation: {every: 12h, revokeWhenIdle: {for: 1h}}`;
    const expected = [
      '12:19 Unsupported scopes … Determined tokens have no scopes. Remove it.',
      '13:24 Unsupported ipAllowlist … Determined tokens have no IP allowlist.',
      '14:27 Unsupported extendWhenUsed … Determined',
      '15:50 Unsupported revokeWhenIdle … Determined does not tell when a token was last used.',
    ];
    expect(compare(token(lines, determined), expected)).toEqual(expected);
  });

  it('waits for no idleness where the provider does not tell of it', () => {
    const lines = `maxAge: 1d\n${delivered}rotation: {revokeWhenIdle: {for: 0s}}`;
    expect(declarationOf(token(lines, determined)).rotation.idle).toBeUndefined();
    expect(declarationOf(token(`maxAge: 1d\n${delivered}`, determined)).rotation.idle).toBeUndefined();
  });

  it('says who decides how long a token without maxAge lives where it is not for ever', () => {
    expect(findingsOf(token(delivered, determined))).toEqual([
      expect.stringMatching(/ServerMaxAge .*settings of the Determined server decide how long it lives/),
    ]);
  });

  it('counts a mark by the names as they are encoded', () => {
    const lines = `maxAge: 1d\n${delivered}description: ${'x'.repeat(918)}`;
    expect(findingsOf(token(lines).replace('name: ci', 'name: c i'))).toEqual([
      expect.stringContaining('Shorten it to 915.'),
    ]);
  });
});
