/**
 * Removes from a document's data what the schema objects to, so that the rules across fields can still be
 * judged on the rest, and all problems are told at once.
 */
import type * as z from 'zod';
import { type Path, valueAt } from './nodes.ts';

/** The part of a document that its schema accepts. */
export interface Sound<Fields> {
  readonly fields: Fields;
  /** A path in `fields` to the path in the document: lists may have lost entries. */
  origin(path: Path): Path;
}

/** Enough for a fault at the bottom of a document to take away one parent after the other. */
const mostRounds = 12;

/** Undefined when nothing usable is left. `data` is changed. */
export function prune<Fields>(schema: z.ZodType<Fields>, data: unknown): Sound<Fields> | undefined {
  const kept = new Map<unknown, readonly number[]>();
  for (let round = 0; round < mostRounds; round++) {
    const result = schema.safeParse(data);
    if (result.success) return { fields: result.data, origin: (path) => originOf(data, path, kept) };
    const doomed = result.error.issues
      .filter((issue) => !quoteScalar(data, issue))
      .flatMap((issue) =>
        issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
      );
    const targets = doomed.map((path) => nearest(data, path as Path));
    if (targets.some((target) => target.length === 0)) return undefined;
    remove(data, targets, kept);
  }
  return undefined;
}

/** Turns a number into the text that is due; false when that is not what is wrong. */
function quoteScalar(data: unknown, issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'invalid_type' || issue.expected !== 'string') return false;
  const parent = valueAt(data, issue.path.slice(0, -1) as Path) as Record<PropertyKey, unknown>;
  const key = issue.path.at(-1) as string | number;
  const value = parent?.[key];
  if (typeof value !== 'number' && typeof value !== 'boolean') return false;
  parent[key] = String(value);
  return true;
}

function remove(data: unknown, targets: readonly Path[], kept: Map<unknown, readonly number[]>): void {
  const lists = new Map<unknown[], Set<number>>();
  // Lists lose their entries last, so that the paths stay true until then.
  for (const target of targets) {
    const parent = valueAt(data, target.slice(0, -1));
    const last = target.at(-1) as string | number;
    if (Array.isArray(parent)) lists.set(parent, (lists.get(parent) ?? new Set()).add(Number(last)));
    else if (typeof parent === 'object' && parent !== null) delete (parent as Record<string, unknown>)[last];
  }
  for (const [list, gone] of lists) {
    const before = kept.get(list) ?? list.map((_, index) => index);
    const stays = (_: unknown, index: number) => !gone.has(index);
    kept.set(list, before.filter(stays));
    list.splice(0, list.length, ...list.filter(stays));
  }
}

function originOf(data: unknown, path: Path, kept: ReadonlyMap<unknown, readonly number[]>): Path {
  let value = data;
  return path.map((segment) => {
    const origin = kept.get(value)?.[Number(segment)] ?? segment;
    value = valueAt(value, [segment]);
    return origin;
  });
}

/** The path itself when something is there, else its nearest parent that is there. */
function nearest(data: unknown, path: Path): Path {
  let target = path;
  while (target.length > 0 && valueAt(data, target) === undefined) target = target.slice(0, -1);
  return target;
}
