/** The map from what manifests and receipts say to destinations. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../src/core/secret.ts';
import { destinationDescriptors, noGitHubSecrets, openDestination } from '../../src/destinations/registry.ts';
import { useFolder } from './file/harness.ts';
import { deliveryErrorOf, never, receiptOf } from './receipts.ts';

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

  it('opens a GitHub secret with what its key leaves out, and without it as narrow as can be', () => {
    const opened: unknown[] = [];
    const { open, close } = noGitHubSecrets('none');
    const github = {
      close,
      open: (...given: Parameters<typeof open>) => {
        opened.push(given[0]);
        return open(...given);
      },
    };
    const ref = { organization: 'acme', visibility: 'all', name: 'N', app: 'Actions' };
    const reference = { kind: 'githubSecret', key: 'githubSecret/acme::N' };
    openDestination({ ...reference, ref }, { folder: path(), github });
    openDestination({ ...reference, ref: { ...ref, name: 'OTHER' } }, { folder: path(), github });
    openDestination(reference, { folder: path(), github });
    const narrow = { ...ref, visibility: 'selected', repositories: [] };
    expect(opened).toEqual([ref, narrow, narrow]);
  });

  it('says of a GitHub secret without a token that there is none', async () => {
    const key = 'githubSecret/a/b::N';
    const secret = openDestination({ kind: 'githubSecret', key }, { folder: path() });
    const calls = [
      secret?.read(never),
      secret?.preflight(never),
      secret?.write({ version: '', receipt: receiptOf(1) }, never),
      secret?.withdraw({ version: '', keepValue: true }, never),
    ];
    const errors = await Promise.all(calls.map((call) => deliveryErrorOf(call as Promise<unknown>)));
    expect(errors.map(({ failure }) => failure)).toEqual(['unknown', 'refused', 'refused', 'refused']);
    for (const { message } of errors) expect(message).toContain(': no token for GitHub was given. Give one');
  });

  it.each(['relative', 'absolute'])('finds a file by a path that is %s', async (way) => {
    const place = way === 'absolute' ? path('a/all.env') : 'a/all.env';
    const file = openDestination({ kind: 'file', key: `file/Dotenv:${place}#TOKEN` }, { folder: path() });
    const version = (await file?.read(never))?.version ?? '';
    await file?.write({ version, receipt: receiptOf(1), value: new SecretValue('v') }, never);
    expect(await readFile(path('a/all.env'), 'utf8')).toBe('TOKEN=v\n');
  });
});
