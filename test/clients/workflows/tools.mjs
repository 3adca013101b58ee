// Tools that judge or run workflows, built or installed once per version into a cache outside the checkout:
// what this machine cannot have is skipped, and said.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../avn/avn.mjs';

const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'keyturn');

/** @returns {Promise<{kind: 'ready', path: string} | {kind: 'skipped', reason: string}>} */
export async function installGo(name, module, version) {
  const folder = join(cache, `${name}-${version}`);
  const path = join(folder, name);
  if (existsSync(path)) return { kind: 'ready', path };
  if ((await run('go', ['version'])).code !== 0) return { kind: 'skipped', reason: 'there is no Go' };
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod' };
  // A proxy that does not answer is no reason to wait for ever.
  const options = { env, timeoutMs: 10 * 60_000 };
  const { code, stderr } = await run('go', ['install', `${module}@v${version}`], options);
  return code === 0 ? { kind: 'ready', path } : { kind: 'skipped', reason: `it cannot be built: ${stderr}` };
}

/** @returns {Promise<{kind: 'ready', path: string} | {kind: 'skipped', reason: string}>} */
export async function installPython(name, version) {
  const folder = join(cache, `${name}-${version}`);
  const path = join(folder, 'bin', name);
  if (existsSync(path)) return { kind: 'ready', path };
  const made = await run('python3', ['-m', 'venv', folder]);
  if (made.code !== 0) return { kind: 'skipped', reason: 'there is no python3 with its venv module' };
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${version}`];
  const { code, stderr } = await run(join(folder, 'bin', 'python'), pip);
  if (code === 0) return { kind: 'ready', path };
  rmSync(folder, { recursive: true, force: true });
  return { kind: 'skipped', reason: `it cannot be installed: ${stderr}` };
}
