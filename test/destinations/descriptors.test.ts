import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FileRef, fileDescriptor, receiptPath } from '../../src/destinations/file/descriptor.ts';
import { githubSecretDescriptor } from '../../src/destinations/github-secret/descriptor.ts';
import { kubernetesSecretDescriptor } from '../../src/destinations/kubernetes-secret/descriptor.ts';
import { destinationDescriptors } from '../../src/destinations/registry.ts';

describe('the key of a destination', () => {
  it.each([
    [{ file: { path: 'a/b' } }, 'file/Raw:a/b'],
    [{ file: { path: './a/../b' } }, 'file/Raw:b'],
    [{ file: { path: 'a#b', format: 'Dotenv', name: 'X' } }, 'file/Dotenv:a#b#X'],
    [{ file: { path: '/etc/a', format: 'Json', name: 'x.y' } }, 'file/Json:/etc/a#x.y'],
    [{ kubernetesSecret: { name: 'a.b', key: 'k_1' } }, 'kubernetesSecret/a.b#k_1'],
    [{ githubSecret: { repository: 'Acme/Pay', name: 'X' } }, 'githubSecret/acme/pay::X'],
    [
      { githubSecret: { repository: 'acme/pay', environment: 'Prod: eu/1', name: 'X' } },
      'githubSecret/acme/pay:prod%3A%20eu%2F1:X',
    ],
    [{ githubSecret: { organization: 'Acme', visibility: 'all', name: 'X' } }, 'githubSecret/acme::X'],
    [
      { githubSecret: { repository: 'acme/pay', app: 'Dependabot', name: 'X' } },
      'githubSecret/acme/pay::X@Dependabot',
    ],
  ])('of %j is %s, and reads back', (entry, key) => {
    const [[kind, given] = []] = Object.entries(entry);
    const descriptor = destinationDescriptors.find((one) => one.kind === kind);
    const ref = descriptor?.schema.parse(given);
    expect(descriptor?.key(ref)).toBe(key);
    const back = descriptor?.parseKey(key);
    expect(back).toBeDefined();
    expect(descriptor?.key(back)).toBe(key);
  });

  it('reads back any path of a file', () => {
    const path = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
    const place = fc.oneof(
      fc.record({ format: fc.constant('Raw' as const) }),
      fc.record({ format: fc.constantFrom('Dotenv' as const, 'Json' as const), name: fc.constant('A_1') }),
    );
    fc.assert(
      fc.property(path, place, (text, rest) => {
        const parsed = fileDescriptor.schema.safeParse({ path: text, ...rest });
        if (!parsed.success) return;
        const key = fileDescriptor.key(parsed.data);
        const back = fileDescriptor.parseKey(key) as FileRef;
        expect(fileDescriptor.key(back)).toBe(key);
        expect({ ...back, path: '' }).toEqual({ ...parsed.data, path: '' });
        expect(fileDescriptor.identity(back, '/m')).toBe(fileDescriptor.identity(parsed.data, '/m'));
      }),
    );
  });

  it.each([
    '',
    'file/Raw:',
    'file/Dotenv:a',
    'file/Yaml:a',
    'file/Dotenv:a#b-c',
    'kubernetesSecret/a',
    'kubernetesSecret/A#b',
    'githubSecret/a/b:X',
    'githubSecret/a/b::x',
    'githubSecret/a/b:%:X',
    'other/a',
  ])('%j is none', (key) => {
    const readings = destinationDescriptors.map((descriptor) => descriptor.parseKey(key));
    expect(readings.filter((reading) => reading !== undefined)).toEqual([]);
  });

  it('is written in the order Kubernetes, file, GitHub', () => {
    const ranked = [...destinationDescriptors].sort((one, other) => one.rank - other.rank);
    expect(ranked.map(({ kind }) => kind)).toEqual(['kubernetesSecret', 'file', 'githubSecret']);
  });
});

describe('what tells destinations apart', () => {
  it('is the place of a file, not how its path is written', () => {
    const ref = (path: string) => fileDescriptor.schema.parse({ path });
    expect(fileDescriptor.identity(ref('a'), '/m/n')).toBe('/m/n/a');
    expect(fileDescriptor.identity(ref('../n/./a'), '/m/n')).toBe('/m/n/a');
    expect(fileDescriptor.identity(ref('/m/n/a'), '/x')).toBe('/m/n/a');
  });

  it('is the namespace of a Secret as well', () => {
    const ref = kubernetesSecretDescriptor.schema.parse({ name: 'a', key: 'b' });
    const [pay, web] = ['pay', 'web'].map((namespace) =>
      kubernetesSecretDescriptor.identity(ref, '', { namespace }),
    );
    expect(pay).not.toBe(web);
  });

  it('is not who may read a secret of an organization', () => {
    const [all, own] = ['all', 'private'].map((visibility) =>
      githubSecretDescriptor.schema.parse({ organization: 'acme', visibility, name: 'X' }),
    );
    expect(githubSecretDescriptor.identity(all as never, '')).toBe(
      githubSecretDescriptor.identity(own as never, ''),
    );
  });
});

describe('the receipt of a file', () => {
  it('lies beside it, with the name of the value', () => {
    expect(receiptPath({ path: 'a/./b', format: 'Raw' })).toBe('a/b.receipt.json');
    expect(receiptPath({ path: 'a', format: 'Dotenv', name: 'X' })).toBe('a.X.receipt.json');
  });
});
