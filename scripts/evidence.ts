// Writes the generated parts of docs/evidence.md between their markers: `node scripts/evidence.ts`, after
// `npm run sim` and `npm run mutants` have left their results in test/sim/results/.
import { readFileSync, writeFileSync } from 'node:fs';
import { replaceBlocks } from './docs-blocks.ts';
import { evidenceBlocks } from './evidence-blocks.ts';

const page = new URL('../docs/evidence.md', import.meta.url);
writeFileSync(page, replaceBlocks(readFileSync(page, 'utf8'), evidenceBlocks()));
