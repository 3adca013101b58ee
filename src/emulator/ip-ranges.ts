// Addresses and CIDR ranges as an API server has to judge them: valid or not, canonical text, whether a
// caller is inside. Built on node:net; kept apart from the client's own reading of allowlists on purpose.
import { BlockList, isIP } from 'node:net';

interface Range {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefixLength: number;
}

/** Whether `text` is an IPv4 or IPv6 address or CIDR range. */
export function isIpRange(text: string): boolean {
  return readRange(text) !== undefined;
}

/** Whether `address` lies in one of `ranges`; unreadable ranges match nothing. */
export function isAllowed(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList();
  for (const text of ranges) {
    const range = readRange(text);
    if (range) list.addSubnet(range.address, range.prefixLength, range.family);
  }
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The ranges with host bits cleared, in lower case, sorted; unreadable ones stay as they are. */
export function canonicalRanges(ranges: readonly string[]): readonly string[] {
  return ranges.map(canonical).sort();
}

function canonical(text: string): string {
  const range = readRange(text);
  if (!range) return text;
  const bits = range.family === 'ipv4' ? 32 : 128;
  const width = range.family === 'ipv4' ? 8 : 16;
  const hostBits = BigInt(bits - range.prefixLength);
  const value = toGroups(range).reduce((sum, group) => (sum << BigInt(width)) | BigInt(group), 0n);
  const masked = (value >> hostBits) << hostBits;
  const groups = Array.from({ length: bits / width }, (_, i) => {
    return Number((masked >> BigInt(bits - width * (i + 1))) & ((1n << BigInt(width)) - 1n));
  });
  const address = range.family === 'ipv4' ? groups.join('.') : compress(groups);
  return `${address}/${range.prefixLength}`;
}

/** IPv4 bytes or IPv6 16-bit groups. */
function toGroups({ family, address }: Range): readonly number[] {
  if (family === 'ipv4') return address.split('.').map(Number);
  const plain = compressText(address);
  const [head = '', tail = ''] = plain.split('::');
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const left = read(head);
  const right = read(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function compress(groups: readonly number[]): string {
  return compressText(groups.map((group) => group.toString(16)).join(':'));
}

/**
 * The canonical text of an IPv6 address, as the URL standard writes it (also embedded IPv4 becomes groups).
 */
function compressText(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function readRange(text: string): Range | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes('%')) return undefined;
  const longest = version === 4 ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefixLength = length === undefined ? longest : Number(length);
  if (prefixLength > longest) return undefined;
  return { family: version === 4 ? 'ipv4' : 'ipv6', address, prefixLength };
}
