// Runs the real det client (determined from PyPI) against an emulator: installs it once into a cache outside
// the checkout, and gives each user a throwaway configuration, because det keeps tokens on disk.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../avn/avn.mjs';

export const DET_VERSION = '0.38.1';

/** What is installed; the cache is made anew when it changes. */
const REQUIREMENTS = [`determined==${DET_VERSION}`, 'requests<2.32'];
/** Pythons to try, the one that det was seen to work with first. */
const PYTHONS = ['python3.11', 'python3', 'python3.10', 'python3.12'];
const PYTHON_IS_ENOUGH = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 8))';
const COMMAND_MS = 120_000;
const INSTALL_MS = 300_000;

/**
 * Installs det unless it is there. Answers its path, or why this machine cannot have it.
 * @returns {Promise<{kind: 'ready', path: string} | {kind: 'skipped', reason: string}>}
 */
export async function installDet() {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const home = join(cache, 'keyturn', `det-${DET_VERSION}`);
  const path = join(home, 'bin', 'det');
  const stamp = join(home, 'complete');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === REQUIREMENTS.join('\n') && (await works(path))) {
    return { kind: 'ready', path };
  }
  const python = await findPython();
  if (python === undefined) {
    return { kind: 'skipped', reason: 'no python3 of 3.8 or newer with its venv module' };
  }
  rmSync(home, { recursive: true, force: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile'];
  const steps = [
    [python, ['-m', 'venv', home]],
    [join(home, 'bin', 'python'), [...pip, ...REQUIREMENTS]],
  ];
  for (const [command, args] of steps) {
    const { code, stderr } = await run(command, args, { timeoutMs: INSTALL_MS });
    if (code !== 0) return { kind: 'skipped', reason: `it cannot be installed here: ${lastLine(stderr)}` };
  }
  if (!(await works(path))) return { kind: 'skipped', reason: `it does not start under ${python}` };
  writeFileSync(stamp, REQUIREMENTS.join('\n'));
  return { kind: 'ready', path };
}

/**
 * A det bound to one emulator and one throwaway configuration directory. Without `token` it has only what a
 * login leaves in that directory.
 */
export function createDet({ path, url, user, token }) {
  const configDir = mkdtempSync(join(tmpdir(), 'keyturn-det-'));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DET_|FORCE_COLOR)/.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    DET_DEBUG_CONFIG_PATH: configDir,
    DET_MASTER: url,
    // Its tables are cut to the terminal's width otherwise.
    COLUMNS: '250',
    ...(user === undefined ? {} : { DET_USER: user }),
    ...(token === undefined ? {} : { DET_USER_TOKEN: token }),
  };
  return {
    configDir,
    /** Runs one command; `options.env` adds variables, `options.input` is its standard input. */
    run: (args, options = {}) =>
      run(path, args, { timeoutMs: COMMAND_MS, ...options, env: { ...env, ...options.env } }),
    remove: () => rmSync(configDir, { recursive: true, force: true }),
  };
}

/** The rows of a printed table, each a list of cells; the head is the first. */
export function rowsOf(stdout) {
  const lines = stdout.split('\n').filter((line) => line.includes('|'));
  return lines.map((line) => line.split('|').map((cell) => cell.trim()));
}

/** Id and value that `token create` printed. */
export function createdOf(stdout) {
  const [, id = '', value = ''] = /^TokenID: (\d+)\nAccess-Token: (\S+)$/m.exec(stdout) ?? [];
  return { id, value };
}

async function works(path) {
  const { code, stdout } = await run(path, ['--version'], { timeoutMs: COMMAND_MS });
  return code === 0 && stdout.includes(DET_VERSION);
}

async function findPython() {
  for (const python of PYTHONS) {
    if ((await run(python, ['-c', PYTHON_IS_ENOUGH])).code === 0) return python;
  }
  return undefined;
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
