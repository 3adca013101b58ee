/** Whether a value works, told by one request with it. */
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import { forever, openSpec, startAiven } from './harness.ts';

const unknownValue = new SecretValue('A'.repeat(372));

describe('a token value', () => {
  it.each([{}, { appUserMe: 'forbid' }] as const)(
    'is alive even where it may ask nothing, under %j',
    async (toggles) => {
      const { provider } = await startAiven({ toggles });
      const user = await provider.createUser('ci', forever);
      const scopes = ['projects:read'];
      const { value } = await provider.createToken(
        user,
        { spec: { ...openSpec, scopes }, description: '' },
        forever,
      );
      expect(await provider.verify(value, forever)).toBe('alive');
    },
  );

  it.each([
    {},
    { invalidTokenStatus: 403 },
    { revokedTokenMessage: 'Invalid token' },
    { revokedTokenMessage: 'Invalid token', invalidTokenStatus: 403 },
  ] as const)('is refused once it is revoked or was never one, under %j', async (toggles) => {
    const { provider } = await startAiven({ toggles });
    const user = await provider.createUser('ci', forever);
    const { id, value } = await provider.createToken(user, { spec: openSpec, description: '' }, forever);
    await provider.revoke(user, id, forever);
    expect(await provider.verify(value, forever)).toBe('refused');
    expect(await provider.verify(unknownValue, forever)).toBe('refused');
  });

  it.each(['dropBeforeApply', 'serverErrorBeforeApply', 'html408', 'rateLimited'])(
    'is unknown after %s, and asked about once',
    async (fault) => {
      const { provider, control, requests } = await startAiven();
      await control('faults', { fault: `${fault}=always` });
      expect(await provider.verify(unknownValue, forever)).toBe('unknown');
      expect(await requests()).toEqual({ 'GET /v1/me': 1 });
    },
  );

  it('shows our name as the one who used it', async () => {
    const { provider, tokens } = await startAiven();
    const user = await provider.createUser('ci', forever);
    const { value } = await provider.createToken(user, { spec: openSpec, description: '' }, forever);
    await provider.verify(value, forever);
    expect(await tokens()).toMatchObject([{ lastUserAgent: 'keyturn/0.0.0' }]);
  });
});
