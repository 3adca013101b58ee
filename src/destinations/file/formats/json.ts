/**
 * One string property of a JSON object. The text is edited in place, so numbers, order, indentation and
 * duplicates of other properties stay byte for byte, which `JSON.stringify(JSON.parse(…))` would not give.
 * Only properties of the outermost object: a nested name is not supported.
 */
import { commonObjection, type Content, type Format, type Unusable } from './format.ts';

interface Member {
  readonly key: string;
  /** From the quote of the key to the end of the value. */
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
}

const bom = '\ufeff';
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** @param name the property. */
export function json(name: string): Format {
  return { parse: (bytes) => parse(bytes, name), objection: commonObjection };
}

function parse(bytes: Buffer | undefined, name: string): Content | Unusable {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return unusable('it is not UTF-8 text. Repair it');
  }
  const mark = text.startsWith(bom) ? bom : '';
  const body = text.slice(mark.length);
  if (body.trim() === '') return contentOf(mark, '{}\n', { name, fresh: true });
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch {
    // The parser's own message quotes the file, and so perhaps a value.
    return unusable('it is not JSON. Repair it, or deliver to another file');
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return unusable('its outermost value is not an object. Deliver to another file');
  }
  const held: unknown = Object.hasOwn(data, name) ? Reflect.get(data, name) : null;
  if (held !== null && typeof held !== 'string') {
    return unusable(`its property "${name}" is not a string. Remove that property, or use another name`);
  }
  return contentOf(mark, body, { name, value: held ?? '' });
}

function unusable(why: string): Unusable {
  return { kind: 'unusable', why };
}

function contentOf(
  mark: string,
  body: string,
  { name, value = '', fresh = false }: { name: string; value?: string; fresh?: boolean },
): Content {
  const members = membersOf(body);
  return {
    kind: 'content',
    value: value === '' ? undefined : Buffer.from(value),
    set: (next) => Buffer.from(mark + setMember(body, members, { name, text: JSON.stringify(next) })),
    remove: () => {
      const rest = removeMembers(body, members, (member) => member.key === name);
      return fresh || membersOf(rest).length === 0 ? undefined : Buffer.from(mark + rest);
    },
  };
}

/** The members of the outermost object of text that is known to be valid JSON. */
function membersOf(text: string): readonly Member[] {
  const members: Member[] = [];
  let depth = 0;
  let key: RegExpExecArray | undefined;
  let valueStart: number | undefined;
  let end = 0;
  for (const found of text.matchAll(token)) {
    const [symbol] = found;
    if (depth === 1 && (symbol === ',' || symbol === '}')) {
      if (key !== undefined && valueStart !== undefined) {
        members.push({ key: JSON.parse(key[0]), start: key.index, valueStart, end });
      }
      key = undefined;
      valueStart = undefined;
    } else if (depth === 1 && key === undefined) key = found;
    else if (depth === 1 && symbol !== ':') valueStart ??= found.index;
    if (symbol === '{' || symbol === '[') depth += 1;
    if (symbol === '}' || symbol === ']') depth -= 1;
    end = found.index + symbol.length;
  }
  return members;
}

function setMember(text: string, members: readonly Member[], next: { name: string; text: string }): string {
  const same = members.filter((member) => member.key === next.name);
  const kept = same.at(-1);
  if (kept !== undefined) {
    const replaced = text.slice(0, kept.valueStart) + next.text + text.slice(kept.end);
    // The last one counts, for every reader; the others stand before it, so their places are still right.
    const extra = same.slice(0, -1).map((member) => member.start);
    return removeMembers(replaced, membersOf(replaced), (member) => extra.includes(member.start));
  }
  const member = `${JSON.stringify(next.name)}: ${next.text}`;
  const last = members.at(-1);
  if (last === undefined) return text.replace(/\{\s*\}/, () => `{\n  ${member}\n}`);
  const before = members.at(-2)?.end ?? text.indexOf('{');
  const gap = text.slice(before, last.start).replace(/^[\s\S]*[,{]/, '');
  return `${text.slice(0, last.end)},${gap}${member}${text.slice(last.end)}`;
}

function removeMembers(text: string, members: readonly Member[], gone: (member: Member) => boolean): string {
  const kept = members.filter((member) => !gone(member));
  if (kept.length === members.length) return text;
  const open = members[0]?.start ?? 0;
  const close = members.at(-1)?.end ?? 0;
  // Between two kept members goes what stood before the later one; the first keeps what stood before the
  // first.
  const parts = kept.map((member, index) => {
    const own = text.slice(member.start, member.end);
    if (index === 0) return own;
    const before = members[members.indexOf(member) - 1]?.end ?? open;
    return text.slice(before, member.start) + own;
  });
  return text.slice(0, open) + parts.join('') + text.slice(close);
}
