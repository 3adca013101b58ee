import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { containsBlock, normaliseAllowlist, parseBlock } from '../../src/core/allowlist.ts';

const ipv4 = fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, prefix]) => `${address}/${prefix}`);
const ipv6 = fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, prefix]) => `${address}/${prefix}`);
const block = fc.oneof(ipv4, ipv6);

describe('a block of addresses', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.7/24', '203.0.113.0/24'],
    ['203.0.113.7/23', '203.0.112.0/23'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['::/0', '::/0'],
    ['::ffff:1.2.3.4', '::ffff:102:304/128'],
  ])('%s is %s', (text, canonical) => {
    expect(parseBlock(text)?.text).toBe(canonical);
  });

  it.each([
    '',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0',
    '010.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '256.0.0.1',
    'fe80::1%eth0',
    '2001:db8::/129',
    ' 10.0.0.1',
    'example.org',
  ])('refuses %j', (text) => {
    expect(parseBlock(text)).toBeUndefined();
  });

  it('is canonical once and for all, and names the block its address lies in', () => {
    fc.assert(
      fc.property(block, (text) => {
        const once = parseBlock(text)?.text ?? '';
        const address = text.slice(0, text.indexOf('/'));
        return parseBlock(once)?.text === once && !parseBlock(once)?.hostBits && containsBlock(once, address);
      }),
    );
  });

  it('tells when an address stands for a whole block', () => {
    expect(parseBlock('10.0.0.1/8')?.hostBits).toBe(true);
    expect(parseBlock('10.0.0.0/8')?.hostBits).toBe(false);
    expect(parseBlock('10.0.0.1')?.hostBits).toBe(false);
  });

  it.each([
    ['10.0.0.0/8', '10.2.0.0/16', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.2.0.0/16', '10.0.0.0/8', false],
    ['10.0.0.0/8', '11.0.0.0/16', false],
    ['10.0.0.5/8', '10.1.1.1', true],
    ['::/0', '10.0.0.0/8', false],
    ['0.0.0.0/0', '::ffff:1.2.3.4', false],
    ['2001:db8::/32', '2001:db8:1::/48', true],
    ['nonsense', '10.0.0.0/8', false],
    ['10.0.0.0/8', 'nonsense', false],
  ])('whether %s holds %s is %s', (outer, inner, holds) => {
    expect(containsBlock(outer, inner)).toBe(holds);
  });

  it('holds another exactly when every address of it lies inside', () => {
    fc.assert(
      fc.property(ipv4, ipv4, (outer, inner) => {
        const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
        const range = (text: string) => {
          const [address = '', prefix = ''] = (parseBlock(text)?.text ?? '').split('/');
          return [number(address), number(address) + 2 ** (32 - Number(prefix)) - 1] as const;
        };
        const [[from, to], [low, high]] = [range(outer), range(inner)];
        return containsBlock(outer, inner) === (from <= low && high <= to);
      }),
    );
  });
});

describe('an allowlist', () => {
  it('is sorted and free of duplicates, and keeps what it cannot read', () => {
    const texts = ['b.example', '10.0.0.7/8', '2001:DB8::/32', '10.0.0.0/8', '1.2.3.4'];
    expect(normaliseAllowlist(texts)).toEqual(['1.2.3.4/32', '10.0.0.0/8', '2001:db8::/32', 'b.example']);
  });

  it('does not depend on the order or on repetitions', () => {
    fc.assert(
      fc.property(fc.array(block), (blocks) => {
        const one = normaliseAllowlist(blocks);
        expect(normaliseAllowlist([...blocks].reverse().concat(one))).toEqual(one);
      }),
    );
  });
});
