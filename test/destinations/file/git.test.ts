/** What git knows about a file decides whether a value may be written into it. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import { askGit } from '../../../src/destinations/file/git.ts';
import { canary, deliveryErrorOf, never, receiptOf } from '../receipts.ts';
import { filesIn, open, useFolder } from './harness.ts';

const path = useFolder();
const value = new SecretValue(canary);

function git(...args: string[]): void {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  execFileSync('git', args, { cwd: path(), env, stdio: 'ignore' });
}

async function put(name: string, text: string): Promise<void> {
  await mkdir(dirname(path(name)), { recursive: true });
  await writeFile(path(name), text);
}

async function refusal(name: string): Promise<string> {
  const file = open({ path: path(name), format: 'Raw' });
  expect(await deliveryErrorOf(file.preflight(never))).toMatchObject({ failure: 'refused' });
  const { version } = await file.read(never);
  return (await deliveryErrorOf(file.write({ version, receipt: receiptOf(1), value }, never))).message;
}

describe('a file in a git work tree', () => {
  it('is refused when it is tracked, by its name and not by a pattern', async () => {
    git('init', '-q');
    await put('s/to*', 'old');
    await put('s/token', 'old');
    git('add', 's/token');
    expect(await refusal('s/token')).toMatch(/git tracks "token" in its folder\. Run `git rm --cached`/);
    expect(await readFile(path('s/token'), 'utf8')).toBe('old');
    expect(await open({ path: path('s/to*'), format: 'Raw' }).preflight(never)).toHaveLength(2);
  });

  it('is refused when its receipt is tracked, or when it is tracked in a folder that is gone', async () => {
    git('init', '-q');
    await put('token.receipt.json', '{}');
    await put('gone/token', 'old');
    git('add', '.');
    git('rm', '-r', '-q', '-f', '--cached', 'token.receipt.json');
    git('add', 'token.receipt.json');
    expect(await refusal('token')).toMatch(/git tracks "token\.receipt\.json"/);
    execFileSync('rm', ['-r', path('gone')]);
    expect(await refusal('gone/token')).toMatch(/git tracks "gone\/token"/);
    expect(await filesIn(path())).not.toContain('gone');
  });

  it('gets a warning with the line for .gitignore while it is not ignored', async () => {
    git('init', '-q');
    await put('s/other', '');
    const file = open({ path: path('s/token'), format: 'Raw' });
    expect(await file.preflight(never)).toEqual([
      `"${path('s/token')}" is in a git work tree and not ignored. Add "/s/token*" to .gitignore.`,
    ]);
    await put('.gitignore', '/s/token\n');
    expect(await open({ path: path('s/token'), format: 'Raw' }).preflight(never)).toHaveLength(1);
    await put('.gitignore', '/s/token*\n');
    expect(await open({ path: path('s/token'), format: 'Raw' }).preflight(never)).toEqual([]);
  });

  it('is told apart although a hook points git elsewhere', async () => {
    git('init', '-q');
    await put('token', 'old');
    git('add', 'token');
    process.env['GIT_DIR'] = path('nowhere');
    try {
      expect(await refusal('token')).toMatch(/git tracks "token"/);
    } finally {
      delete process.env['GIT_DIR'];
    }
  });

  it('takes a name that git would read as a pattern for a name', async () => {
    git('init', '-q');
    await put('.gitignore', 'x\n');
    expect(await askGit(path(), [path(':(glob)x')])).toEqual({ kind: 'exposed', pattern: '/:(glob)x*' });
  });
});

describe('a file that git cannot know', () => {
  it('is fine outside a work tree and without git', async () => {
    expect(await askGit(path(), [path('token')])).toEqual({ kind: 'outside' });
    const former = process.env['PATH'];
    process.env['PATH'] = path();
    try {
      expect(await askGit(path(), [path('token')])).toEqual({ kind: 'outside' });
    } finally {
      process.env['PATH'] = former;
    }
  });

  it('gets a warning when git will not say', async () => {
    git('init', '-q');
    await put('.git/config', '[core\n');
    const [warning] = await open({ path: path('token'), format: 'Raw' }).preflight(never);
    expect(warning).toMatch(/git would not say whether it tracks/);
  });
});
