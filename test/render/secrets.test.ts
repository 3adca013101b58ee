import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const folder = new URL('../../src/render/', import.meta.url);

describe('the renderers', () => {
  it('know no type that holds a token value, and reach nothing but core', () => {
    const files = globSync('**/*.ts', { cwd: folder });
    expect(files.length).toBeGreaterThan(15);
    for (const file of files) {
      const text = readFileSync(new URL(file, folder), 'utf8');
      expect(text).not.toMatch(/SecretValue|core\/secret/);
      for (const [, from] of text.matchAll(/ from '([^']+)'/g)) {
        expect(from).toMatch(/^(?:zod|\.\/[\w/-]+\.ts|(?:\.\.\/)+(?:core\/)?[\w/-]+\.ts)$/);
        expect(from).not.toMatch(/engine|providers|destinations|net\//);
      }
    }
  });
});
