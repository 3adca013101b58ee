/**
 * IP allowlists in one canonical form, so that two spellings of a block are one block: always with a prefix
 * length, host bits cleared, lower case, IPv6 as RFC 5952 writes it. Octal, hexadecimal and shortened IPv4
 * addresses and IPv6 zones are refused, because programs disagree on what they mean.
 */
import ipaddr from 'ipaddr.js';

/** A CIDR block, taken apart. */
export interface Block {
  /** The canonical form, such as `203.0.113.0/24` or `2001:db8::/32`. */
  readonly text: string;
  /** True when the text named an address inside the block, as `203.0.113.7/24` does. */
  readonly hostBits: boolean;
}

/** An address or CIDR block in canonical form; undefined when the text is neither. */
export function parseBlock(text: string): Block | undefined {
  const [, addressText = '', prefixText] = /^([^/]*)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text) ?? [];
  const address = parseAddress(addressText);
  if (!address) return undefined;
  const bits = address.kind() === 'ipv4' ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) return undefined;
  const base = networkOf(address, prefix);
  return { text: `${print(base)}/${prefix}`, hostBits: print(base) !== print(address) };
}

/** Canonical, sorted, without duplicates. What is no address is kept as it is, so that a difference shows. */
export function normaliseAllowlist(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.map((text) => parseBlock(text)?.text ?? text))].sort();
}

/** Whether every address of `inner` lies in `outer`. False when either is no block. */
export function containsBlock(outer: string, inner: string): boolean {
  const [wide, narrow] = [parseBlock(outer)?.text, parseBlock(inner)?.text];
  if (wide === undefined || narrow === undefined) return false;
  const [wideAddress, widePrefix] = ipaddr.parseCIDR(wide);
  const [narrowAddress, narrowPrefix] = ipaddr.parseCIDR(narrow);
  if (widePrefix > narrowPrefix) return false;
  return print(networkOf(narrowAddress, widePrefix)) === print(wideAddress);
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)
    ? ipaddr.IPv6.parse(text)
    : undefined;
}

function networkOf(address: Address, prefix: number): Address {
  const bytes = address.toByteArray();
  const masked = bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, prefix - index * 8))));
  return ipaddr.fromByteArray(masked.map((byte) => byte & 0xff));
}

function print(address: Address): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}
