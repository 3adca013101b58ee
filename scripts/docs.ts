// Writes the generated parts of README.md and docs/ between their markers: `node scripts/docs.ts`. A test
// fails when they are stale. What the parts say is up to docs-blocks.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { buildBlocks, replaceBlocks } from './docs-blocks.ts';

const root = new URL('../', import.meta.url);

for (const [file, blocks] of Object.entries(await buildBlocks())) {
  const path = new URL(file, root);
  writeFileSync(path, replaceBlocks(readFileSync(path, 'utf8'), blocks));
}
