/** The map from what manifests and receipts say to destinations. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../src/core/secret.ts';
import { destinationDescriptors, openDestination } from '../../src/destinations/registry.ts';
import { useFolder } from './file/harness.ts';
import { never, receiptOf } from './receipts.ts';

const path = useFolder();

describe('the registry of destinations', () => {
  it('knows every kind of the manifest', () => {
    const kinds = destinationDescriptors.map(({ kind }) => kind);
    expect(kinds).toEqual(['kubernetesSecret', 'file', 'githubSecret']);
  });

  it('opens what is available and nothing else', () => {
    for (const { kind, available } of destinationDescriptors) {
      const keys = {
        file: 'file/Raw:token',
        kubernetesSecret: 'kubernetesSecret/a#b',
        githubSecret: 'githubSecret/a/b::N',
      };
      const key = Object.entries(keys).find(([name]) => name === kind)?.[1] ?? '';
      expect([kind, openDestination({ kind, key }, { folder: path() })?.key]).toEqual([
        kind,
        available ? key : undefined,
      ]);
    }
  });

  it('opens nothing for a kind it does not know and a key it cannot read', () => {
    expect(openDestination({ kind: 'constructor', key: 'x' }, { folder: path() })).toBeUndefined();
    expect(openDestination({ kind: 'file', key: 'file/Odd:x' }, { folder: path() })).toBeUndefined();
  });

  it.each(['relative', 'absolute'])('finds a file by a path that is %s', async (way) => {
    const place = way === 'absolute' ? path('a/all.env') : 'a/all.env';
    const file = openDestination({ kind: 'file', key: `file/Dotenv:${place}#TOKEN` }, { folder: path() });
    const version = (await file?.read(never))?.version ?? '';
    await file?.write({ version, receipt: receiptOf(1), value: new SecretValue('v') }, never);
    expect(await readFile(path('a/all.env'), 'utf8')).toBe('TOKEN=v\n');
  });
});
