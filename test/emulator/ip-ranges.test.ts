// Addresses and ranges as the emulator judges them.
import { describe, expect, it } from '@jest/globals';
import { canonicalRanges, isAllowed, isIpRange } from '../../src/emulator/ip-ranges.ts';

describe('IP ranges', () => {
  it.each(['10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', '2001:db8::/32', '::1', '::ffff:10.0.0.1/128'])(
    'accepts %s',
    (text) => {
      expect(isIpRange(text)).toBe(true);
    },
  );

  it.each([
    '',
    'x',
    '10.0.0/8',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    'fe80::1%eth0',
  ])('refuses "%s"', (text) => {
    expect(isIpRange(text)).toBe(false);
  });

  it('finds callers inside, host bits or not', () => {
    expect(isAllowed('10.9.8.7', ['10.1.2.3/8'])).toBe(true);
    expect(isAllowed('11.9.8.7', ['10.1.2.3/8', 'nonsense'])).toBe(false);
    expect(isAllowed('2001:db8::5', ['10.0.0.0/8', '2001:DB8::/32'])).toBe(true);
    expect(isAllowed('2001:db9::5', ['2001:db8::/32'])).toBe(false);
  });

  it('clears host bits, lowers case, sorts', () => {
    const ranges = ['2001:DB8:0:0::FF/32', '192.168.1.77/24', '10.1.2.3', '::ffff:10.0.0.1/120', 'nonsense'];
    expect(canonicalRanges(ranges)).toEqual([
      '10.1.2.3/32',
      '192.168.1.0/24',
      '2001:db8::/32',
      '::ffff:a00:0/120',
      'nonsense',
    ]);
  });
});
