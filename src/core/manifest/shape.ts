/**
 * Which keys a schema knows at a path, for messages about keys it does not know.
 */
import * as z from 'zod';
import type { Path } from './nodes.ts';

/** The keys known at a path, and those known one level below, each with the key it belongs under. */
export function knownKeys(schema: z.ZodType, path: Path) {
  let at: z.ZodType | undefined = schema;
  for (const segment of path) at = at && step(at, segment);
  const shape = at instanceof z.ZodObject ? (at.shape as Record<string, z.ZodType>) : {};
  const below = new Map<string, string>();
  for (const [key, child] of Object.entries(shape)) {
    const inner = unwrap(child);
    if (!(inner instanceof z.ZodObject)) continue;
    for (const name of Object.keys(inner.shape)) below.set(name, key);
  }
  return { here: Object.keys(shape), below };
}

function step(schema: z.ZodType, segment: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return unwrap(schema.element as z.ZodType);
  const child =
    schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>)[segment] : undefined;
  return child && unwrap(child);
}

function unwrap(schema: z.ZodType): z.ZodType {
  const wraps =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wraps ? unwrap(schema.unwrap() as z.ZodType) : schema;
}
