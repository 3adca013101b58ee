// Style that would otherwise decay: who may import whom (DESIGN 7), how long a file and a line may be, and
// what the pure folders must not touch. How long a function may be is biome's business.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const longestFile = 250;
const longestLine = 110;

/**
 * Folder of src → folders (or files) of src, and packages, that it may import. `node` is any part of Node.
 */
const table: Readonly<
  Record<string, { readonly src: readonly string[]; readonly packages: readonly string[] }>
> = {
  core: { src: ['core'], packages: ['node:crypto', 'ipaddr.js', 'yaml', 'zod'] },
  render: { src: ['core', 'render'], packages: ['zod'] },
  net: { src: ['net', 'core/errors', 'core/secret', 'engine/ports'], packages: ['node', 'undici'] },
  engine: { src: ['core', 'engine'], packages: ['p-limit'] },
  providers: { src: ['core', 'engine/ports', 'net', 'providers'], packages: ['node', 'zod'] },
  destinations: {
    src: ['core', 'engine/ports', 'net', 'github', 'kubernetes', 'destinations'],
    packages: ['node', 'zod', '@noble/ciphers', '@noble/hashes'],
  },
  github: { src: ['core', 'net', 'github'], packages: ['node', 'zod'] },
  kubernetes: { src: ['core', 'net', 'kubernetes'], packages: ['node', 'zod', '@kubernetes/client-node'] },
  emulator: { src: ['emulator'], packages: ['node'] },
  cli: {
    src: [
      'cli',
      'core',
      'engine',
      'render',
      'providers',
      'destinations/registry',
      'destinations/resolve',
      'destinations/kubernetes-secret/on-demand',
      'net/runtime',
      'emulator/options',
      'emulator/start',
    ],
    packages: ['node', 'commander', 'p-limit', 'zod'],
  },
  controller: {
    src: [
      'controller',
      'core',
      'engine',
      'render',
      'kubernetes',
      'providers',
      'destinations/registry',
      'destinations/resolve',
      'destinations/kubernetes-secret',
      'net/runtime',
    ],
    packages: ['node', 'zod'],
  },
  action: {
    src: [
      'action',
      'core',
      'engine',
      'render',
      'providers',
      'destinations/registry',
      'destinations/resolve',
      'github',
      'net/runtime',
    ],
    packages: ['node', '@actions/core'],
  },
};

interface Source {
  readonly path: string;
  readonly text: string;
}

function sources(...folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') })),
  );
}

/** Paths within src, and package names, that a source imports; types too. */
function imports({ path, text }: Source): {
  readonly src: readonly string[];
  readonly packages: readonly string[];
} {
  const found = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name = '']) => name);
  const own = found.filter((name) => name.startsWith('.'));
  return {
    src: own.map((name) =>
      normalize(join(dirname(path), name))
        .replace(/^src\//, '')
        .replace(/\.ts$/, ''),
    ),
    packages: found.filter((name) => !name.startsWith('.')),
  };
}

/** Files of src that these lead to, by imports of any kind. */
function reach(entries: readonly string[]): ReadonlySet<string> {
  const found = new Set(entries);
  // A set is walked on to what is added meanwhile.
  for (const path of found)
    for (const source of src.filter((one) => one.path === path))
      for (const name of imports(source).src) found.add(`src/${name}.ts`);
  return found;
}

function within(name: string, allowed: readonly string[]): boolean {
  return allowed.some(
    (prefix) => name === prefix || name.startsWith(`${prefix}/`) || name.startsWith(`${prefix}:`),
  );
}

const src = sources('src');

describe('the layout', () => {
  it('holds the import table', () => {
    const breaches = src.flatMap((source) => {
      const folder = source.path.split('/')[1] ?? '';
      const rule = table[folder];
      if (!rule)
        return /^src\/(main-[a-z]+|version)\.ts$/.test(source.path)
          ? []
          : [`${source.path}: its folder is not in the table`];
      const made = imports(source);
      const wrong = [
        ...made.src.filter((name) => !within(name, rule.src)),
        ...made.packages.filter((name) => !within(name, rule.packages)),
      ];
      return wrong.map((name) => `${source.path} imports ${name}`);
    });
    expect(breaches).toEqual([]);
  });

  it('reaches undici from net only, and one provider never from another', () => {
    const breaches = src.flatMap((source) => {
      const made = imports(source);
      const provider = /^src\/providers\/([^/]+)\//.exec(source.path)?.[1];
      const other = made.src.filter(
        (name) => provider && /^providers\/[^/]+\//.test(name) && !within(name, [`providers/${provider}`]),
      );
      const undici =
        made.packages.includes('undici') && !source.path.startsWith('src/net/') ? ['undici'] : [];
      return [...other, ...undici].map((name) => `${source.path} imports ${name}`);
    });
    expect(breaches).toEqual([]);
  });

  it('keeps core and render pure', () => {
    const impure = /\b(Date\.now|Math\.random|performance\.|process\.|async |await |setTimeout)|new Date\(\)/;
    const breaches = src
      .filter(({ path }) => /^src\/(core|render)\//.test(path))
      .flatMap(({ path, text }) => {
        const found = impure.exec(withoutComments(text));
        return found ? [`${path}: ${found[0]}`] : [];
      });
    expect(breaches).toEqual([]);
  });

  it('lets the engine know clocks, chance and waiting through its ports only', () => {
    const impure = /\b(Date\.now|Math\.random|performance\.|process\.|setTimeout|setInterval)|new Date\(\)/;
    const breaches = src
      .filter(({ path }) => path.startsWith('src/engine/'))
      .filter(({ text }) => impure.test(withoutComments(text)));
    expect(breaches.map(({ path }) => path)).toEqual([]);
  });

  it('lets one file know the runner', () => {
    const knowing = src.filter((source) => imports(source).packages.includes('@actions/core'));
    expect(knowing.map(({ path }) => path)).toEqual(['src/action/runner.ts']);
  });

  it('keeps the slow client library to one file, which the Action never reaches', () => {
    const knowing = src.filter((source) => imports(source).packages.includes('@kubernetes/client-node'));
    expect(knowing.map(({ path }) => path)).toEqual(['src/kubernetes/kubeconfig.ts']);
    const reached = reach(['src/main-action.ts']);
    expect([...reached].filter((path) => path.startsWith('src/kubernetes/'))).toEqual([]);
  });

  it('lets nobody import an entry', () => {
    expect(src.filter((source) => imports(source).src.some((name) => name.startsWith('main-')))).toEqual([]);
  });
});

describe('every file', () => {
  const all = sources('src', 'test', 'bench', 'scripts');

  it('is short enough to read at once', () => {
    const long = all.map(({ path, text }) => `${path}: ${text.trimEnd().split('\n').length} lines`);
    expect(long.filter((line) => Number(/(\d+) lines/.exec(line)?.[1]) > longestFile)).toEqual([]);
  });

  it('has lines that fit a screen', () => {
    const wide = all.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, rank) => ([...line].length > longestLine ? [`${path}:${rank + 1}`] : [])),
    );
    expect(wide).toEqual([]);
  });

  it('of src opens with its job', () => {
    const mute = src.filter(({ text }) => !/^(#!.*\n)?(\/\*\*|\/\/)/.test(text)).map(({ path }) => path);
    expect(mute).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}
