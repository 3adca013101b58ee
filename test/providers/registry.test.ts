/** What can be done with each provider, by its kind. */
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../src/core/secret.ts';
import { providers } from '../../src/providers/registry.ts';
import { forever, startAiven } from './aiven/harness.ts';

describe('the registry of providers', () => {
  it('has every provider under its own kind', () => {
    for (const [kind, { descriptor }] of providers) expect(descriptor.kind).toBe(kind);
  });

  it('connects Aiven by the configuration of a manifest', async () => {
    const { emulator, runtime } = await startAiven();
    const { organizationId, url, adminToken } = emulator;
    const provider = await providers.get('aiven')?.adapter.connect({
      config: { organizationId, url },
      credential: new SecretValue(adminToken),
      version: '0.0.0',
      runtime,
    });
    expect(provider?.title).toBe(`aiven ${organizationId}`);
    expect((await provider?.listUsers(forever))?.users).toEqual([]);
    await provider?.close();
  });
});
