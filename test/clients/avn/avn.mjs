// Runs the real avn client (aiven-client from PyPI) against an emulator: installs it once per version into
// a cache outside the checkout, and gives each run a throwaway configuration, because a login writes its
// token to disk.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export const AVN_VERSION = '4.18.0';

/** Pythons to try, in this order; avn needs 3.10. */
const PYTHONS = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const PYTHON_IS_ENOUGH = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';

/**
 * Installs avn unless it is there. Answers its path, or why this machine cannot have it.
 * @returns {Promise<{kind: 'ready', path: string} | {kind: 'skipped', reason: string}>}
 */
export async function installAvn() {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const home = join(cache, 'keyturn', `avn-${AVN_VERSION}`);
  const path = join(home, 'bin', 'avn');
  const marker = join(home, 'complete');
  if (existsSync(marker) && (await run(path, ['--version'])).code === 0) return { kind: 'ready', path };
  const python = await findPython();
  if (python === undefined)
    return { kind: 'skipped', reason: 'no python3 of 3.10 or newer with its venv module' };
  rmSync(home, { recursive: true, force: true });
  await must(python, ['-m', 'venv', home]);
  const options = ['--quiet', '--disable-pip-version-check', `aiven-client==${AVN_VERSION}`];
  await must(join(home, 'bin', 'python'), ['-m', 'pip', 'install', ...options]);
  writeFileSync(marker, '');
  return { kind: 'ready', path };
}

/**
 * An avn bound to one emulator and one throwaway configuration directory. Without `token` it has only what
 * a login leaves in that directory.
 */
export function createAvn({ path, url, token }) {
  const configDir = mkdtempSync(join(tmpdir(), 'keyturn-avn-'));
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AIVEN_'));
  const env = {
    ...Object.fromEntries(inherited),
    AIVEN_CONFIG_DIR: configDir,
    AIVEN_WEB_URL: url,
    ...(token === undefined ? {} : { AIVEN_AUTH_TOKEN: token }),
  };
  return {
    configDir,
    /** Runs one command; `options.env` adds variables, `options.input` is its standard input. */
    run: (args, options = {}) => run(path, args, { ...options, env: { ...env, ...options.env } }),
    remove: () => rmSync(configDir, { recursive: true, force: true }),
  };
}

/** The column names of a printed table, in the lower case of the API's fields; none for an empty answer. */
export function columnsOf(stdout) {
  const header = /^(.+)\n=+/m.exec(stdout)?.[1] ?? '';
  return header.trim().toLowerCase().split(/\s+/);
}

/** The token value in a printed table, whose rule is as long as it. */
export function tokenValueOf(stdout) {
  return /[A-Za-z0-9+/]{300,}={0,2}/.exec(stdout)?.[0] ?? '';
}

/** Parses printed JSON; a banner may stand before it. */
export function jsonOf(stdout) {
  return JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
}

/** Collects checks, printing only the ones that fail. */
export function createChecks(name) {
  let passed = 0;
  let failed = 0;
  return {
    check: (what, holds, detail = '') => {
      if (holds) passed += 1;
      else {
        failed += 1;
        console.error(`${name}: FAILED ${what}\n${detail}`);
      }
    },
    /** Prints the count and sets the exit code. */
    finish: () => {
      console.log(`${name}: ${passed} checks passed${failed > 0 ? `, ${failed} FAILED` : ''}`);
      if (failed > 0) process.exitCode = 1;
    },
  };
}

async function findPython() {
  for (const python of PYTHONS) {
    if ((await run(python, ['-c', PYTHON_IS_ENOUGH])).code === 0) return python;
  }
  return undefined;
}

async function must(command, args) {
  const { code, stderr } = await run(command, args);
  if (code === 0) return;
  throw new Error(`Installing avn failed: ${command} ${args.join(' ')} ended with ${code}.\n${stderr}`);
}

/**
 * Runs a command to its end; one that is not there ends with code 127, one that takes longer than `timeoutMs`
 * is ended and has none.
 */
export async function run(command, args, { env = process.env, input = '', cwd, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, cwd, timeout: timeoutMs });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (output.stdout += chunk));
    child.stderr.on('data', (chunk) => (output.stderr += chunk));
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code, ...output }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
