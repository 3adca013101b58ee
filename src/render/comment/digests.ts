/**
 * The part of a comment that machines read: the marker by which it is found again, and the digests of the
 * config changes it shows. Both are HTML comments, which no text from outside can write: `escape.ts` leaves
 * no `<`.
 */

/** Digests of config changes by the name of their set. */
export type Digests = ReadonlyMap<string, readonly string[]>;

/** More than this is not put into one comment, which has to hold words as well. */
const mostDigests = 2_000;

/** The first line of every comment of ours; the label tells several uses on one pull request apart. */
export function formatMarker(label: string): string {
  return `<!-- keyturn v=1 label="${label}" -->`;
}

/** Whether the comment begins with the marker of this label. */
export function hasMarker(body: string, label: string): boolean {
  return body.startsWith(formatMarker(label));
}

/** Undefined where there are too many for a comment, and so nothing can be approved by it. */
export function formatDigests(digests: Digests): string | undefined {
  const count = [...digests.values()].reduce((sum, list) => sum + list.length, 0);
  if (count > mostDigests) return undefined;
  const lines = [...digests].flatMap(([set, list]) =>
    list.length === 0 ? [] : [`${encodeURIComponent(set)} ${list.join(' ')}`],
  );
  return ['<!-- keyturn-digests v=1', ...lines, '-->'].join('\n');
}

const block = /^<!-- keyturn-digests v=1\n((?:[^\n<>]+\n)*)-->$/m;

/** Everything that a comment says was shown; what is not exactly as we write it is nothing. */
export function parseDigests(body: string): Digests {
  const [, lines = ''] = block.exec(normalise(body)) ?? [];
  const digests = new Map<string, readonly string[]>();
  for (const line of lines.split('\n')) {
    const [, set, list] = /^([^ ]+)((?: [0-9a-f]{20})+)$/.exec(line) ?? [];
    if (set !== undefined && list !== undefined) digests.set(decode(set), list.trim().split(' '));
  }
  return digests;
}

/** What is left of the one without the other. */
export function subtractDigests(digests: Digests, used: Digests): Digests {
  const left = [...digests].map(([set, list]) => {
    const gone = new Set(used.get(set));
    return [set, list.filter((digest) => !gone.has(digest))] as const;
  });
  return new Map(left.filter(([, list]) => list.length > 0));
}

/** A comment of ours that no longer approves these, and otherwise says the same. */
export function withoutDigests(body: string, used: Digests): string {
  const text = normalise(body);
  const left = formatDigests(subtractDigests(parseDigests(text), used)) ?? '';
  return text.replace(block, () => left);
}

/** GitHub hands text on as a browser sent it. */
function normalise(body: string): string {
  return body.replaceAll('\r\n', '\n');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
