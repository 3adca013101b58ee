/**
 * keyturn as it is installed: compiled to JavaScript, so that no types are stripped at each start. Built once
 * for a run of the benchmarks, in a folder that finds the same packages.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules', '.cache', 'keyturn-bench');
let built = false;

/** @returns the path of the command */
export function buildInstalled(): string {
  const command = join(folder, 'lib', 'main-cli.js');
  if (built) return command;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, 'tsconfig.build.json');
  execFileSync(process.execPath, [compiler, '-p', project, '--outDir', join(folder, 'lib')]);
  built = true;
  return command;
}
