/**
 * The YAML library's nodes to plain data, and a path in that data back to its nodes. The conversion is our
 * own: an alias becomes a copy, copies are counted because aliases of aliases grow without bound, and
 * duplicate keys are found in time that is linear in the size of a map.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';

/** Keys and list indices from the top of a document. */
export type Path = readonly (string | number)[];

type Maybe = Node | null | undefined;
/** What each alias stands for. */
export type Targets = ReadonlyMap<Node, Maybe>;

interface Problem {
  readonly code: 'NotYaml' | 'DuplicateKey' | 'TooLarge';
  readonly message: string;
  readonly offset: number;
}

/** A file of 1 MiB has fewer parts than this, unless aliases multiply them. */
const mostParts = 1_000_000;
const mostLevels = 100;

interface Reading {
  readonly anchors: Map<string, Node>;
  readonly targets: Map<Node, Maybe>;
  readonly problems: Problem[];
  parts: number;
}

/** The data of a document, what is wrong with its keys and aliases, and what each alias stands for. */
export function readNodes(document: Document) {
  const reading: Reading = { anchors: new Map(), targets: new Map(), problems: [], parts: 0 };
  const data = toData(document.contents, reading, { copying: undefined, level: 0 });
  return { data, problems: reading.problems, targets: reading.targets as Targets };
}

interface Place {
  /** The outermost alias around: what it stands for has been read once, so anchors there are known. */
  readonly copying: Node | undefined;
  readonly level: number;
}

function toData(node: Maybe, reading: Reading, place: Place): unknown {
  if (!node) return null;
  reading.parts++;
  if (reading.parts > mostParts || place.level > mostLevels) return refuse(place.copying ?? node, reading);
  const below = { ...place, level: place.level + 1 };
  if (isAlias(node)) return copyTarget(node, reading, below);
  if (!place.copying && 'anchor' in node && node.anchor) reading.anchors.set(node.anchor, node);
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item) => toData(item as Maybe, reading, below));
  return isMap(node) ? mapToData(node, reading, below) : null;
}

function refuse(node: Node, reading: Reading): undefined {
  if (reading.problems.some(({ code }) => code === 'TooLarge')) return undefined;
  const message =
    'the aliases of this document repeat each other without end. Write out what they stand for.';
  reading.problems.push({ code: 'TooLarge', message, offset: offsetOf(node) });
  return undefined;
}

function copyTarget(alias: Node & { source: string }, reading: Reading, place: Place): unknown {
  if (!place.copying) {
    const target = reading.anchors.get(alias.source);
    reading.targets.set(alias, target);
    if (!target) {
      const message =
        `the alias "*${alias.source}" stands for nothing: no anchor "&${alias.source}" comes ` +
        'before it. Add one.';
      reading.problems.push({ code: 'NotYaml', message, offset: offsetOf(alias) });
    }
  }
  return toData(reading.targets.get(alias), reading, { ...place, copying: place.copying ?? alias });
}

function mapToData(map: YAMLMap, reading: Reading, place: Place): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  const merged: object[] = [];
  for (const pair of map.items) {
    const key = pair.key as Node;
    const name = nameOf(key);
    const value = toData(pair.value as Maybe, reading, place);
    if (!isScalar(key)) reading.problems.push(notAKey(key));
    if (name === '<<') merged.push(...mergeSources(value, key, reading));
    else {
      if (entries.has(name) && !place.copying) reading.problems.push(duplicate(name, key));
      entries.set(name, value);
    }
  }
  // A merge never wins over a key of the map itself, nor a later source over an earlier one.
  for (const [name, value] of merged.flatMap((source) => Object.entries(source))) {
    if (!entries.has(name)) entries.set(name, value);
  }
  // Defines each key, so that "__proto__" is a key like any other.
  return Object.fromEntries(entries);
}

function duplicate(name: string, key: Node): Problem {
  const message = `the key ${JSON.stringify(name)} stands in this map twice. Remove one.`;
  return { code: 'DuplicateKey', message, offset: offsetOf(key) };
}

function notAKey(key: Node): Problem {
  const message = 'a key is plain text here, not a list, a map or an alias. Write it out.';
  return { code: 'NotYaml', message, offset: offsetOf(key) };
}

function mergeSources(value: unknown, key: Node, reading: Reading): readonly object[] {
  const sources: readonly unknown[] = Array.isArray(value) ? value : [value];
  const maps = sources.filter(
    (source) => typeof source === 'object' && source !== null && !Array.isArray(source),
  );
  if (maps.length === sources.length) return maps as readonly object[];
  const message = 'a merge key "<<" takes a map or a list of maps. Give it an alias of one.';
  reading.problems.push({ code: 'NotYaml', message, offset: offsetOf(key) });
  return [];
}

/**
 * What a path leads to. `exact` is false when part of the path is not there: then it is the nearest parent.
 */
interface Step {
  readonly key: Maybe;
  readonly node: Maybe;
  readonly exact: boolean;
}

/** Follows a path through maps, lists, aliases and merges. */
export function walkNodes(contents: Maybe, path: Path, targets: Targets): Step {
  let at: Step = { key: undefined, node: contents, exact: true };
  for (const segment of path) {
    const node = follow(at.node, targets);
    if (isSeq(node) && node.items[Number(segment)]) {
      at = { key: undefined, node: node.items[Number(segment)] as Node, exact: true };
      continue;
    }
    const pair = isMap(node) ? findPair(node, String(segment), targets) : undefined;
    if (!pair) return { ...at, exact: false };
    at = { key: pair.key as Node, node: pair.value as Maybe, exact: true };
  }
  return at;
}

function follow(node: Maybe, targets: Targets): Maybe {
  return isAlias(node) ? follow(targets.get(node), targets) : node;
}

const indexes = new WeakMap<YAMLMap, Map<string, Pair>>();

function findPair(map: YAMLMap, name: string, targets: Targets): Pair | undefined {
  let index = indexes.get(map);
  if (!index) {
    index = new Map(map.items.map((pair) => [nameOf(pair.key), pair]));
    indexes.set(map, index);
  }
  const own = index.get(name);
  if (own || !index.has('<<')) return own;
  const merged = follow(index.get('<<')?.value as Maybe, targets);
  const sources = isSeq(merged) ? (merged.items as Maybe[]) : [merged];
  for (const source of sources) {
    const node = follow(source, targets);
    const found = isMap(node) ? findPair(node, name, targets) : undefined;
    if (found) return found;
  }
  return undefined;
}

function nameOf(key: unknown): string {
  const value = isScalar(key) ? key.value : undefined;
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** What data holds at a path; undefined when nothing is there. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value;
}
