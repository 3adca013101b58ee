/**
 * src/ → dist/action, the committed bundle that GitHub runs: tsc, then ncc. `--check` builds aside and
 * compares with what is committed, byte for byte.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import ncc from '@vercel/ncc';

const committed = join('dist', 'action');
const isCheck = process.argv.includes('--check');
// Always the same folder: its name is in the bundle.
const lib = join('node_modules', '.action');
rmSync(lib, { recursive: true, force: true });
try {
  const files = await build(lib);
  if (isCheck) compare(files);
  else write(files);
} finally {
  rmSync(lib, { recursive: true, force: true });
}

async function build(folder) {
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  const compile = [tsc, '-p', 'tsconfig.build.json', '--outDir', folder, '--removeComments'];
  execFileSync(process.execPath, compile, { stdio: ['ignore', 'inherit', 'inherit'] });
  for (const file of listFiles(folder).filter((name) => name.endsWith('.js'))) inlineImports(file);
  const { code, assets } = await ncc(join(process.cwd(), folder, 'main-action.js'), {
    cache: false,
    quiet: true,
    license: 'licenses.txt',
    target: 'es2024',
    // What @actions/core loads for OpenID Connect, which nothing here asks for: a third of a start. Any
    // module of Node stands for it, but node:http, whose import brings all that `fetch` is made of: a fifth.
    externals: { '@actions/http-client': 'node:path' },
  });
  const more = Object.entries(assets).map(([name, { source }]) => [name, Buffer.from(source)]);
  return new Map([['index.js', Buffer.from(toAscii(code))], ...more]);
}

/**
 * Every character beyond ASCII as an escape, which means the same in strings, templates and patterns: Node
 * reads a file of ASCII alone in half the memory, and sooner.
 */
function toAscii(code) {
  if (code.includes('String.raw')) throw new Error('an escape is not the same in String.raw');
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return code.replaceAll(/[^\0-\x7f]/g, escaped);
}

/** An import that waits for its first use stays in the one file, instead of becoming another one. */
function inlineImports(file) {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(/\bimport\((?=['"])/g, 'import(/* webpackMode: "eager" */ '));
}

function write(files) {
  rmSync(committed, { recursive: true, force: true });
  mkdirSync(committed, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(committed, name), content);
  console.log([...files].map(([name, content]) => `${name} ${content.length} bytes`).join('\n'));
}

function compare(files) {
  const old = new Map(listFiles(committed).map((path) => [relative(committed, path), readFileSync(path)]));
  const names = new Set([...old.keys(), ...files.keys()]);
  const stale = [...names].filter((name) => !old.get(name)?.equals(files.get(name) ?? Buffer.alloc(0)));
  if (stale.length === 0) return console.log(`${committed} is up to date (${files.size} files)`);
  console.error(`${committed} is stale: ${stale.join(', ')}. Run npm run build:action and commit it.`);
  process.exitCode = 1;
}

function listFiles(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
