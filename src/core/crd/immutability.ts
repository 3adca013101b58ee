/**
 * What cannot be changed about a provider once it is named: which one, and everything that says which
 * tokens are meant. Its credentials can.
 */
import * as z from 'zod';
import type { Descriptors } from '../descriptor.ts';
import type { Rule } from './structural.ts';

/** The rules by the path of what they are about. */
export function immutabilityRules(
  { providers }: Descriptors,
  path: string,
): Readonly<Record<string, readonly Rule[]>> {
  const kinds = providers.map(({ kind }) => ({
    rule: `has(self.${kind}) == has(oldSelf.${kind})`,
    message: 'the provider is immutable: make a new object for another one',
  }));
  const fields = providers.map(({ kind, schema }) => {
    const names = Object.keys(schema.shape).filter((name) => name !== 'credentials');
    const rules = names.map((name) => ({
      rule: sameRule(name, schema.shape[name] as z.ZodType),
      message: `${name} is immutable: make a new object for another one`,
    }));
    return [`${path}.${kind}`, rules] as const;
  });
  return { [path]: kinds, ...Object.fromEntries(fields) };
}

/** A field with a default may be written out, or left out again. An orValue is beyond every budget. */
function sameRule(name: string, schema: z.ZodType): string {
  if (!(schema instanceof z.ZodDefault)) return `self.${name} == oldSelf.${name}`;
  const otherwise = JSON.stringify(schema.def.defaultValue);
  const given = (object: string) => `(has(${object}.${name}) ? ${object}.${name} : ${otherwise})`;
  return `${given('self')} == ${given('oldSelf')}`;
}
