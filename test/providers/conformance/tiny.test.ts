/**
 * A third provider, in the four places that one takes: descriptor, adapter, service and this test. Nothing in
 * src knows of it; that it passes shows that the seam is where it should be.
 */
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import { parseManifests } from '../../../src/core/manifest/parse.ts';
import { destinationDescriptors } from '../../../src/destinations/registry.ts';
import { skippingRuntime } from '../skipping-runtime.ts';
import { describeConformance } from './conformance.ts';
import { tinyDescriptor } from './tiny/descriptor.ts';
import { connectTiny } from './tiny/provider.ts';
import { startTiny } from './tiny/service.ts';

const forever = new AbortController().signal;

const faults: Readonly<Record<string, { readonly done: boolean; readonly status?: number }>> = {
  dropBeforeApply: { done: false },
  dropAfterApply: { done: true },
  serverErrorBeforeApply: { done: false, status: 500 },
  serverErrorAfterApply: { done: true, status: 500 },
};

describeConformance({
  name: 'a tiny third provider',
  variants: [{}],
  faults: Object.keys(faults),
  start: async () => {
    const service = await startTiny();
    const runtime = skippingRuntime(service);
    const as = (credential: SecretValue) => connectTiny({ url: service.url, credential, runtime });
    const provider = as(new SecretValue(service.rootKey));
    return {
      provider,
      as,
      strange: new SecretValue('tiny-9999-nobody'),
      owner: async () => {
        const { users } = await provider.listUsers(forever);
        return users.find(({ name }) => name === 'ci') ?? (await provider.createUser('ci', forever));
      },
      truth: async () =>
        service.keys.map(({ id, text, ended, ends }) => {
          return { id, description: text, live: !ended && (ends === null || ends > provider.now()) };
        }),
      pass: async (ms) => await runtime.sleep(ms, forever),
      fault: async (name, method) => service.breakNext({ method, ...(faults[name] ?? { done: true }) }),
      revokes: 'DELETE',
      close: async () => {
        await provider.close();
        await service.close();
      },
    };
  },
});

describe('a third provider in a manifest', () => {
  const parse = (tokens: string) =>
    parseManifests(
      [
        {
          file: 'tokens.yaml',
          folder: '.',
          text: `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: small}
spec:
  ownerId: small-k3x9ab
  provider: {tiny: {url: "https://tiny.example"}}
  applicationUsers: [{name: ci, tokens: [{name: deploy, deliverTo: [{file: {path: a}}], ${tokens}}]}]
`,
        },
      ],
      { providers: [tinyDescriptor], destinations: destinationDescriptors },
    );

  it('is validated by what its descriptor says', () => {
    expect(parse('maxAge: 90d').findings).toEqual([]);
    expect(parse('maxAge: 400d').findings.map(({ message }) => message)).toEqual([
      expect.stringContaining("over Tiny's limit of 365d"),
    ]);
    expect(parse('maxAge: 90d, scopes: [all]').findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('Tiny tokens have no scopes'),
    ]);
  });
});
