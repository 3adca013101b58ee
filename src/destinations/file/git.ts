/**
 * Asks git whether it tracks a file, or would with the next `git add`. No git, or no work tree, is an
 * answer too. Reads only, and starts no program that the repository's own configuration names.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { codeOf } from './failure.ts';

/** `unknown`: git is there but would not say, for a reason such as "dubious ownership". */
export type GitStatus =
  | { readonly kind: 'outside' }
  | { readonly kind: 'tracked'; readonly paths: readonly string[] }
  | { readonly kind: 'exposed'; readonly pattern: string }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'unknown' };

interface Answer {
  readonly status: number;
  readonly output: string;
  readonly error: string;
}

const patienceMs = 10_000;

/**
 * @param folder an existing folder.
 * @param paths absolute paths in or under it; the first is the one that a pattern for .gitignore is made of.
 */
export async function askGit(folder: string, paths: readonly string[]): Promise<GitStatus> {
  if (!isInRepository(folder)) return { kind: 'outside' };
  const names = paths.map((path) => relative(folder, path));
  const listed = await git(folder, ['ls-files', '-z', '--', ...names]);
  if (listed === undefined || listed.error.includes('not a git repository')) return { kind: 'outside' };
  if (listed.status !== 0)
    return { kind: listed.error.includes('must be run in a work tree') ? 'outside' : 'unknown' };
  const tracked = listed.output.split('\0').filter((name) => name !== '');
  if (tracked.length > 0) return { kind: 'tracked', paths: tracked };
  // A leading "./" keeps a name like ":x" from being read as a pattern.
  const ignored = await git(
    folder,
    ['check-ignore', '-z', '--stdin'],
    names.map((name) => `./${name}\0`).join(''),
  );
  if (ignored === undefined || ignored.status > 1) return { kind: 'unknown' };
  if (ignored.output.split('\0').length > names.length) return { kind: 'ignored' };
  const prefix = await git(folder, ['rev-parse', '--show-prefix']);
  const [first = ''] = names;
  return { kind: 'exposed', pattern: `/${prefix?.output.trimEnd() ?? ''}${first}*` };
}

/** Whether git could find a repository from here: three processes per destination are not free. */
function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  const parent = dirname(folder);
  return parent !== folder && isInRepository(parent);
}

/** Undefined when there is no git. */
async function git(folder: string, args: readonly string[], input = ''): Promise<Answer | undefined> {
  const options = { cwd: folder, env: environment(), timeout: patienceMs, encoding: 'utf8' } as const;
  const literal = args[0] === 'ls-files' ? ['--literal-pathspecs'] : [];
  const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
  const child = execFile(
    'git',
    ['-c', 'core.fsmonitor=false', ...literal, ...args],
    options,
    (failure, output, error) => {
      if (codeOf(failure) === 'ENOENT') return resolve(undefined);
      const status = failure === null ? 0 : typeof failure.code === 'number' ? failure.code : 128;
      resolve({ status, output, error });
    },
  );
  // A git that ends early leaves nobody to read; its status tells the rest.
  child.stdin?.on('error', () => undefined).end(input);
  return await promise;
}

/** Without the variables that a hook sets, which point git at another repository. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
