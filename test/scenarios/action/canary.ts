/**
 * Looks for values in everything that runs of the Action left behind: what was delivered, what they were
 * given, and what they asked the runner to mask. And holds them to masking all of the first two, in each form
 * that could slip out. That a value is masked the moment it arrives is seen where a run is killed
 * (cancel.test.ts).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { GitHub } from '../../github/server/start.ts';
import type { Place } from '../../github/server/vaults.ts';
import type { Ended } from './run-action.ts';

export interface Past {
  readonly ended: Ended;
  /** The folder of the run. */
  readonly at: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** @param place of the secrets that were delivered */
export function expectNothingTold(
  runs: readonly Past[],
  { github, place }: { readonly github: GitHub; readonly place: Place },
): void {
  const delivered = secretsOf(github, place);
  const masks = new Set(runs.flatMap(({ ended }) => ended.masks));
  for (const value of delivered) expectMasked(value, masks);
  const values = new Set([...masks, ...delivered]);
  for (const { ended, at, inputs } of runs) {
    // A run that was killed may not have come so far.
    const given = ended.signal === null ? Object.keys(inputs).filter((name) => name.endsWith('-token')) : [];
    for (const name of given) expectMasked(inputs[name] ?? '', new Set(ended.masks));
    expectNoValues(ended, { folder: at, github, values });
  }
}

/** Every secret that the loopback GitHub opened there. */
function secretsOf(github: GitHub, place: Place): readonly string[] {
  const names = github.requests.flatMap(({ method, path }) =>
    method === 'PUT' ? (/\/secrets\/(\w+)$/.exec(path)?.[1] ?? []) : [],
  );
  return [...new Set(names)].flatMap((name) => github.secret({ ...place, name })?.value ?? []);
}

function expectMasked(value: string, masks: ReadonlySet<string>): void {
  if (value === '') return;
  const forms = {
    plain: value,
    base64: Buffer.from(value).toString('base64'),
    url: encodeURIComponent(value),
  };
  const unmasked = Object.entries(forms).flatMap(([form, text]) => (masks.has(text) ? [] : [form]));
  expect({ unmasked }).toEqual({ unmasked: [] });
}

function expectNoValues(
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
