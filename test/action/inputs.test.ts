// Inputs: what action.yml offers is what is read, wrong words are refused, and credentials are masked first.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { failureReasons } from '../../src/action/failure.ts';
import { readInputs } from '../../src/action/inputs.ts';

const action = parse(readFileSync('action.yml', 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string };
};

function read(given: Readonly<Record<string, string>> = {}) {
  const asked: string[] = [];
  const masked: string[] = [];
  const runner = {
    input: (name: string) => {
      asked.push(name);
      return given[name] ?? '';
    },
    mask: (value: { reveal(): string }) => void masked.push(`${value.reveal()} after ${asked.length}`),
  };
  return { inputs: readInputs(runner, {}), asked, masked };
}

describe('action.yml', () => {
  it('offers the inputs that are read, each described', () => {
    expect([...new Set(read().asked)].sort()).toEqual(Object.keys(action.inputs).sort());
    for (const { description } of Object.values(action.inputs)) expect(description).not.toBe('');
  });

  it('has the defaults that the code has', () => {
    const { inputs } = read();
    expect(inputs).toMatchObject({ mode: 'auto', approve: 'required', comment: 'sticky', label: '' });
    expect(action.inputs).toMatchObject({
      mode: { default: 'auto' },
      manifest: { default: inputs.manifest.join('\n') },
      approve: { default: 'required' },
      comment: { default: 'sticky' },
      'expect-no-changes': { default: 'false' },
    });
  });

  it('describes the outputs that are set, and every failure reason', () => {
    const source = ['publish', 'main'].map((name) => readFileSync(`src/action/${name}.ts`, 'utf8')).join('');
    const set = [...source.matchAll(/runner\.output\('([a-z-]+)'/g)].map(([, name]) => name);
    expect([...new Set(set)].sort()).toEqual(Object.keys(action.outputs).sort());
    const readme = readFileSync('README.md', 'utf8');
    for (const [reason, meaning] of Object.entries(failureReasons)) {
      expect(action.outputs['failure-reason']?.description).toContain(reason);
      expect(readme).toContain(`| \`${reason}\` | ${meaning} |`);
    }
  });

  it('runs the committed bundle on Node 24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/action/index.js' });
  });
});

describe('inputs', () => {
  it('mask credentials before anything else is looked at', () => {
    const { masked } = read({ 'provider-token': 'p', 'github-token': 'g', 'secrets-token': 's' });
    expect(masked).toEqual(['p after 1', 'g after 2', 's after 3']);
  });

  it('take lists line by line, without empty lines and remarks', () => {
    const { inputs } = read({ manifest: 'a.yaml\n\n  b/*.yaml  \n# c', acknowledge: 'reissue\n' });
    expect(inputs).toMatchObject({ manifest: ['a.yaml', 'b/*.yaml'], acknowledge: ['reissue'] });
  });

  it.each([
    ['mode', 'destroy'],
    ['approve', 'yes'],
    ['comment', 'on'],
    ['expect-no-changes', 'ja'],
    ['label', 'a"-->'],
    ['github-api-url', 'file:///etc'],
  ])('refuse %s: %s', (name, text) => {
    expect(() => read({ [name]: text })).toThrow(`Input ${name}`);
  });
});
