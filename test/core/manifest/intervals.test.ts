import { describe, expect, it } from '@jest/globals';
import { compare, declarationOf, delivered, findingsOf, set, token } from './support.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Fields of a token from line 11, column 11 on → what is found. */
const wrong: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'refuses a maxAge over the limit of the provider': [
    'maxAge: 600w',
    '11:19 MaxAgeOutOfRange maxAge "600w" is over Aiven\'s limit of 3650d. Lower it.',
  ],
  'refuses a maxAge under the minimum of the provider': [
    'maxAge: 9m59s',
    '11:19 MaxAgeOutOfRange maxAge "9m59s" is under Aiven\'s minimum of 10m. Raise it.',
  ],
  'refuses what is no duration': [
    'maxAge: 90 days',
    '11:19 WrongValue maxAge "90 days" is not a duration. … such as 90d or 1h30m.',
  ],
  'refuses a duration without a unit': [
    'maxAge: "9"',
    '11:19 WrongValue maxAge "9" is not a duration. … such as 90d or 1h30m.',
  ],
  'refuses a duration too long to count': [
    'maxAge: 9999999999999999999w',
    '11:19 WrongValue maxAge "9999999999999999999w" is too long a time. Lower it.',
  ],
  'asks to quote a number where a duration is due': [
    'maxAge: 90',
    '11:19 WrongType maxAge 90 is a number, where text is due. Quote it: "90".',
  ],
  'refuses an overlap that is not under renewBefore': [
    'maxAge: 90d\nrotation: {renewBefore: 1d, overlap: 24h}',
    '12:48 OverlapTooLong overlap "24h" is not under renewBefore "1d" … Lower overlap or raise',
  ],
  'refuses a renewBefore that is not under maxAge': [
    'maxAge: 10d\nrotation: {renewBefore: 10d}',
    '12:35 RenewBeforeTooLong renewBefore "10d" is not under maxAge "10d" … Lower renewBefore.',
  ],
  'refuses an overlap under a minute': [
    'maxAge: 10d\nrotation: {overlap: 59s}',
    '12:31 OverlapTooShort overlap "59s" is under 1m. Raise it.',
  ],
  'refuses rotations by age that come before the overlap is over': [
    'maxAge: 90d\nrotation: {every: 26h, overlap: 24h, revokeWhenIdle: {for: 0s}}',
    '12:43 RotationTooFrequent overlap "24h" … every 23h24m (0.9 of every "26h") … Lower overlap below',
  ],
  'refuses rotations by expiry that come before the overlap is over': [
    'maxAge: 3d\nrotation: {renewBefore: 2d, overlap: 25h}',
    '12:48 RotationTooFrequent overlap "25h" … every 21h36m (0.9 of maxAge less renewBefore)',
  ],
  'refuses rotations that come before the wait for idleness is over': [
    'maxAge: 90d\nrotation: {every: 7d, revokeWhenIdle: {atMost: 7d}}',
    '12:58 RotationTooFrequent atMost "7d" … every 6d7h12m (0.9 of every "7d") … Lower atMost',
  ],
  'refuses an atMost under the overlap': [
    'maxAge: 90d\nrotation: {overlap: 2d, revokeWhenIdle: {atMost: 1d}}',
    '12:60 AtMostTooShort atMost "1d" … is under overlap "2d" … Raise it.',
  ],
  'refuses extendWhenUsed without maxAge': [
    'extendWhenUsed: true',
    '11:27 ExtendWithoutMaxAge extendWhenUsed means nothing without maxAge … Add maxAge.',
  ],
  'warns when extendWhenUsed keeps a token from ever being replaced': [
    'maxAge: 30d\nextendWhenUsed: true',
    '12:27 NeverRotates (warning) extendWhenUsed … never replaced. Add every.',
  ],
  'warns about a token that neither expires nor rotates': [
    'suspend: false',
    '9:11 NeverRotates (warning) … neither maxAge nor every … Add one of them.',
  ],
  'warns about a token that rotates and does not expire': [
    'rotation: {every: 30d}',
    '9:11 NeverExpires (warning) … has no maxAge … Add maxAge.',
  ],
  'refuses compromised on a suspended token': [
    'maxAge: 30d\nsuspend: true\nrotation: {compromised: INC-1}',
    '13:35 CompromisedSuspended compromised … suspend forbids … Remove suspend',
  ],
  'says nothing about intervals that follow from a broken field': [
    'maxage: 10d\nrotation: {renewBefore: 20d}',
    '11:11 UnknownKey unknown key "maxage" in a tokens entry. Did you mean "maxAge"?',
  ],
};

describe('the intervals of a rotation', () => {
  it.each(Object.entries(wrong))('%s', (_, [lines, ...expected]) => {
    expect(compare(token(delivered + lines), expected)).toEqual(expected);
  });

  it('points at the defaults a value comes from, once for all tokens that inherit it', () => {
    const tokens = ['a', 'b'].map(
      (name) => `      - {name: ${name}, deliverTo: [{file: {path: ${name}}}]}\n`,
    );
    const text = set(
      `defaults: {maxAge: 600w}\napplicationUsers:\n  - name: ci\n    tokens:\n${tokens.join('')}`,
    );
    expect(findingsOf(text)).toEqual([
      '6:22 MaxAgeOutOfRange maxAge "600w" is over Aiven\'s limit of 3650d. Lower it.',
    ]);
  });

  it('points at the field of the token when it conflicts with the defaults', () => {
    const defaults = 'defaults: {maxAge: 90d, rotation: {renewBefore: 20d}}\n';
    const text = set(`${defaults}personalTokens:\n  - name: a\n    maxAge: 10d\n    ${delivered}`);
    expect(findingsOf(text)).toEqual([expect.stringMatching(/^9:15 RenewBeforeTooLong .*"20d".*"10d"/)]);
  });

  it('refuses compromised when the whole set is suspended', () => {
    const text = set(`suspend: true\npersonalTokens:\n  - name: a
    maxAge: 90d
    rotation: {compromised: x}
    ${delivered}`);
    expect(findingsOf(text)).toEqual([expect.stringMatching(/^10:31 CompromisedSuspended /)]);
  });

  it.each([
    ['maxAge: 90d', { renewBeforeMs: 30 * day, overlapMs: day, atMostMs: 7 * day }],
    ['maxAge: 1d', { renewBeforeMs: 8 * hour, overlapMs: 4 * hour, atMostMs: 7.2 * hour }],
    ['maxAge: 10m', { renewBeforeMs: 200_000, overlapMs: 100_000, atMostMs: 180_000 }],
    [
      'maxAge: 90d\nrotation: {every: 2d}',
      { renewBeforeMs: 30 * day, overlapMs: 12 * hour, atMostMs: 21.6 * hour },
    ],
    ['rotation: {every: 2d}', { renewBeforeMs: undefined, overlapMs: 12 * hour, atMostMs: 21.6 * hour }],
    ['suspend: false', { renewBeforeMs: undefined, overlapMs: day, atMostMs: 7 * day }],
    [
      'maxAge: 90d\nrotation: {every: 2d, overlap: 30h}',
      { renewBeforeMs: 30 * day, overlapMs: 30 * hour, atMostMs: 30 * hour },
    ],
  ])('fills in what %j leaves open', (lines, { renewBeforeMs, overlapMs, atMostMs }) => {
    expect(declarationOf(token(delivered + lines)).rotation).toMatchObject({
      renewBeforeMs,
      overlapMs,
      idle: { forMs: hour, atMostMs },
    });
  });

  it('waits for no idleness when it is turned off', () => {
    const lines = 'maxAge: 90d\nrotation: {revokeWhenIdle: {for: 0s}}';
    expect(declarationOf(token(delivered + lines)).rotation.idle).toBeUndefined();
  });

  it('never breaks its own rules with what it fills in', () => {
    for (const lines of [
      'maxAge: 10m',
      'maxAge: 601s',
      'maxAge: 1d',
      'rotation: {every: 2m}',
      'maxAge: 3650d',
    ]) {
      const found = findingsOf(token(delivered + lines)).filter((line) => !line.includes('(warning)'));
      expect([lines, ...found]).toEqual([lines]);
    }
  });

  it('merges objects of the defaults and keeps what the token says', () => {
    const text = set(`defaults: {maxAge: 90d, rotation: {overlap: 2d, revokeWhenIdle: {for: 2h}}}
personalTokens:
  - name: a
    rotation: {every: 60d, revokeWhenIdle: {atMost: 3d}}
    ${delivered}`);
    expect(declarationOf(text).rotation).toMatchObject({
      everyMs: 60 * day,
      overlapMs: 2 * day,
      idle: { forMs: 2 * hour, atMostMs: 3 * day },
    });
  });
});
