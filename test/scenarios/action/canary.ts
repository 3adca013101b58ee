/**
 * Looks for token values in everything a run of the Action left behind. Values are those the run asked the
 * runner to mask: it masks each the moment it arrives, which `secretsAreMasked` holds it to.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { GitHub } from '../../github/server/start.ts';
import type { Ended } from './run-action.ts';

/** @param values every value that ever was a secret in this scenario */
export function expectNoValues(
  ended: Ended,
  {
    folder,
    github,
    values,
  }: { readonly folder: string; readonly github: GitHub; readonly values: ReadonlySet<string> },
): void {
  const texts = new Map<string, string>([
    ['stdout', ended.stdout.replaceAll(/^::add-mask::.*$/gm, '')],
    ['stderr', ended.stderr],
    ['command files', ended.files],
    ...filesBelow(folder),
    ...github.requests.map(({ key, text, path, query }, rank): [string, string] => [
      `request ${rank} ${key}`,
      JSON.stringify([path, query, withoutSealed(text)]),
    ]),
  ]);
  for (const value of values) {
    for (const form of formsOf(value)) {
      for (const [where, text] of texts)
        expect({ where, leaks: text.includes(form) }).toEqual({ where, leaks: false });
    }
  }
}

/** A sealed box is the one place where a value may leave by. */
function withoutSealed(text: string): string {
  return text.replaceAll(/"encrypted_value":"[^"]*"/g, '');
}

function filesBelow(folder: string): readonly [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'utf8')]);
}

/** As it is and in the encodings in which it could slip out; the middle, so that a part is found too. */
function formsOf(value: string): readonly string[] {
  if (value.length <= 12) return [];
  const part = value.length > 100 ? value.slice(40, 70) : value.slice(2, -2);
  const middle = value.length > 100 ? value.slice(24, 84) : value;
  const encoded = [0, 1, 2].map((shift) => Buffer.from(middle.slice(shift)).toString('base64').slice(0, -4));
  return [part, encodeURIComponent(part), ...encoded];
}
