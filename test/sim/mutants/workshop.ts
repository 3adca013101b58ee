/** Where mutants are made: a copy of the simulator and of what it runs, in a temporary folder. */
import { rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutant, mutate } from './mutant.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** What a run of the simulator loads; `package.json` says that it consists of modules. */
const parts = ['package.json', 'src', 'test/sim', 'test/core/plan/manifest.ts'];
const nobody = 'unmutated';

export interface Workshop {
  /** @throws Error when the mutant is stale. */
  check(mutant: Mutant): Promise<void>;
  /** A copy with one mistake, or with none; the path of its folder. */
  build(mutant: Mutant | undefined): Promise<string>;
  close(): Promise<void>;
}

/** Copies the project once, so that all mutants are made from the same state of it. */
export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-mutants-'));
  // Whoever is interrupted leaves nothing behind either.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const original = join(folder, nobody);
  for (const part of parts) await cp(join(root, part), join(original, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(original, 'node_modules'));
  const make = async (mutant: Mutant): Promise<string> =>
    mutate(await readFile(join(original, mutant.file), 'utf8'), mutant);
  return {
    check: async (mutant) => {
      await make(mutant);
    },
    build: async (mutant) => {
      if (!mutant) return original;
      const copy = join(folder, mutant.name);
      await cp(original, copy, { recursive: true, verbatimSymlinks: true });
      await writeFile(join(copy, mutant.file), await make(mutant));
      return copy;
    },
    close: async () => await rm(folder, { recursive: true, force: true }),
  };
}
