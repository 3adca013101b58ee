import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { version } from '../src/version.ts';

it('says in code what package.json says', () => {
  const { version: published } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(version).toBe(published);
});
