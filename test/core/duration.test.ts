import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration, roughDuration } from '../../src/core/duration.ts';
import { Duration } from '../../src/core/manifest/fields.ts';

const day = 86_400_000;

describe('durations', () => {
  it.each([
    ['90d', 90 * day],
    ['1w', 7 * day],
    ['1h30m', 5_400_000],
    ['1w2d3h4m5s', 9 * day + 11_045_000],
    ['0s', 0],
    ['007d', 7 * day],
  ])('%s is %d ms', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
    expect(Duration.safeParse(text).success).toBe(true);
  });

  it.each([
    '',
    'd',
    '90',
    '90 d',
    '1.5h',
    '-1h',
    '1m1h',
    '1d1d',
    '1y',
    '1D',
    ' 1d',
    '1d\n',
    '9'.repeat(31).concat('s'),
    `${'0'.repeat(40)}1d`,
  ])('%j is none, for the schema as for the parser', (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(Duration.safeParse(text).success).toBe(false);
  });

  it('are written so that they read back as the same time', () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });

  it('are judged alike by the schema and the parser, whatever the text', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^([0-9]{1,3}[wdhms]){0,6}$/));
    fc.assert(
      fc.property(text, (candidate) => {
        expect(Duration.safeParse(candidate).success).toBe(parseDuration(candidate) !== undefined);
      }),
    );
  });

  it('are rounded down for sentences', () => {
    expect([6.9 * day, 23.5 * 3_600_000, 5 * 60_000, 999, 0].map(roughDuration)).toEqual([
      '6d',
      '23h',
      '5m',
      '0s',
      '0s',
    ]);
  });
});
