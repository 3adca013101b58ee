// The documentation: generated parts are fresh, links lead somewhere, commands exist, manifests are valid,
// and every reason and every quoted message is one that the code has.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildBlocks, replaceBlocks } from '../scripts/docs-blocks.ts';
import { main } from '../src/cli/program.ts';
import { systemContext } from '../src/cli/system-context.ts';
import { parseManifests } from '../src/core/manifest/parse.ts';
import { destinationDescriptors } from '../src/destinations/registry.ts';
import { providers } from '../src/providers/registry.ts';

const files = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const pages = new Map(files.map((path) => [path, readFileSync(path, 'utf8')]));
const code = readSources('src').join('\n');
const context = systemContext('0.0.0');

function readSources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

describe('generated parts', () => {
  it('are what scripts/docs.ts writes', async () => {
    for (const [file, blocks] of Object.entries(await buildBlocks())) {
      const text = readFileSync(file, 'utf8');
      expect({ file, text }).toEqual({ file, text: replaceBlocks(text, blocks) });
    }
  }, 30_000);
});

describe('links', () => {
  it('lead to a file, and to a heading of it', () => {
    const broken = [...pages].flatMap(([path, text]) =>
      [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
        if (/^[a-z]+:/.test(target)) return [];
        const [file = '', anchor] = target.split('#');
        const found = file === '' ? path : normalize(join(dirname(path), file));
        const isThere = existsSync(found) && (anchor === undefined || headings(found).includes(anchor));
        return isThere ? [] : [`${path}: ${target}`];
      }),
    );
    expect(broken).toEqual([]);
  });
});

describe('commands', () => {
  const helps = new Map<string, string>();

  beforeAll(async () => {
    const overview = await helpOf('--help');
    for (const [, verb = ''] of overview.matchAll(/^ {2}([a-z][a-z-]+)(?: |$)/gm))
      helps.set(verb, await helpOf(verb, '--help'));
  });

  it('are verbs of keyturn with options that they take', () => {
    const wrong = [...pages].flatMap(([path, text]) =>
      commandsIn(text).flatMap((line) => {
        const words = withoutComment(line).split(/\s+/).slice(1);
        const help = helps.get(words[0] ?? '');
        if (help === undefined) return [`${path}: ${line}`];
        const options = words.filter((word) => /^--?[a-z]/.test(word));
        return options.every((option) => help.includes(option)) ? [] : [`${path}: ${line}`];
      }),
    );
    expect(helps.size).toBeGreaterThan(15);
    expect(wrong).toEqual([]);
  });

  it('are npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    const named = [...pages.values()].flatMap((text) => [...text.matchAll(/npm run ([a-z:]+)/g)]);
    expect(named.map(([, name]) => name).filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
  });
});

describe('manifests', () => {
  it('are valid', () => {
    const descriptors = {
      providers: [...providers.values()].map(({ descriptor }) => descriptor),
      destinations: destinationDescriptors,
    };
    const whole = [...pages].flatMap(([file, text]) =>
      [...text.matchAll(/```yaml\n(apiVersion:[\s\S]*?)```/g)].map(([, manifest = '']) => ({
        file,
        folder: '/',
        text: manifest,
      })),
    );
    const findings = whole.flatMap((file) => parseManifests([file], descriptors).findings);
    expect(whole.length).toBeGreaterThan(1);
    expect(findings).toEqual([]);
  });
});

describe('docs/reasons.md', () => {
  const type = /export type Reason =([\s\S]*?);/.exec(readFileSync('src/core/plan/types.ts', 'utf8'))?.[1];
  const reasons = [...(type ?? '').matchAll(/'(\w+)'/g)].map(([, reason = '']) => reason).sort();

  it('has an entry for every reason, and for no other', () => {
    const entries = [...(pages.get('docs/reasons.md') ?? '').matchAll(/^### (\w+)$/gm)];
    expect(reasons.length).toBeGreaterThan(30);
    expect(entries.map(([, entry]) => entry).sort()).toEqual(reasons);
  });

  it('is about reasons that a test of the planner names', () => {
    const tests = readSources('test/core/plan').join('\n');
    expect(reasons.filter((reason) => !new RegExp(`\\b${reason}\\b`).test(tests))).toEqual([]);
  });
});

describe('docs/troubleshooting.md', () => {
  it('quotes messages that the code has', () => {
    const spoken = `${code}\n${readSources('scripts').join('\n')}`
      // A sentence over several lines of code, its parts joined by "+".
      .replace(/['`]\s*\+\s*['`]/g, '')
      .replace(/\$\{[^}]*\}/g, '…');
    const quoted = [...(pages.get('docs/troubleshooting.md') ?? '').matchAll(/^### (.+)$/gm)];
    expect(quoted.length).toBeGreaterThan(30);
    expect(quoted.map(([, words = '']) => words).filter((words) => !spoken.includes(words))).toEqual([]);
  });
});

/** What the command prints for these arguments. */
async function helpOf(...args: readonly string[]): Promise<string> {
  let text = '';
  const write = (written: string): void => {
    text += written;
  };
  const silent = { isTerminal: false, columns: undefined, write };
  await main(args, { ...context, stdout: silent, stderr: silent });
  return text;
}

/** Lines of shell that call keyturn. */
function commandsIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split('\n').filter((line) => line.startsWith('keyturn ')));
}

function withoutComment(line: string): string {
  return line.replace(/ #.*$/, '').trim();
}

function withoutCode(text: string): string {
  return text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
}

/** Anchors as GitHub makes them. */
function headings(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8').replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
