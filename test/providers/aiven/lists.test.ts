/** Users and tokens as the provider lists them. */
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import { forever, openSpec, startAiven } from './harness.ts';

const fullSpec = {
  scopes: ['projects:read', 'user:read'],
  maxAgeSeconds: 86_400,
  extendWhenUsed: true,
  ipAllowlist: ['127.0.0.0/8', '2001:db8::/32'],
};

describe('application users', () => {
  it('are listed with where their tokens live', async () => {
    const { provider, emulator } = await startAiven();
    const at = `aiven/${emulator.organizationId}`;
    expect(await provider.listUsers(forever)).toEqual({ at, users: [] });
    const user = await provider.createUser('ci deployer/π', forever);
    expect(user).toMatchObject({ name: 'ci deployer/π', personal: false, at });
    expect((await provider.listUsers(forever)).users).toEqual([user]);
  });

  it('may share a name, and stay two', async () => {
    const { provider } = await startAiven();
    const users = [await provider.createUser('ci', forever), await provider.createUser('ci', forever)];
    expect((await provider.listUsers(forever)).users).toEqual(users);
  });
});

describe('the calling user', () => {
  it('is known by its id, under the reserved name', async () => {
    const { provider, emulator } = await startAiven();
    const { organizationId, adminUserId } = emulator;
    const at = `aiven/${organizationId}/${adminUserId}`;
    expect(await provider.me(forever)).toMatchObject({ id: adminUserId, name: 'me', personal: true, at });
  });

  it('has the personal tokens that were made by hand, and no login sessions', async () => {
    const { provider, emulator } = await startAiven();
    const body = JSON.stringify({ email: 'admin@example.com', password: 'emulator-admin' });
    await fetch(`${emulator.url}/v1/userauth`, { method: 'POST', body });
    const me = await provider.me(forever);
    const { id } = await provider.createToken(me, { spec: openSpec, description: 'mine' }, forever);
    const tokens = await provider.listTokens(me, forever);
    expect(tokens.map((token) => [token.id, token.own])).toEqual([
      [emulator.adminToken.slice(0, 12), true],
      [id, false],
    ]);
  });
});

describe('tokens', () => {
  it.each([
    {},
    { unsetListValue: '[]', timestampFractions: 'micros' },
    { cidrNormalisation: 'canonical' },
  ] as const)('read back as they were declared, under %j', async (toggles) => {
    const { provider } = await startAiven({ toggles });
    const user = await provider.createUser('ci', forever);
    await provider.createToken(user, { spec: fullSpec, description: 'all' }, forever);
    await provider.createToken(user, { spec: openSpec, description: 'none' }, forever);
    const [all, none] = await provider.listTokens(user, forever);
    expect(all).toMatchObject({ description: 'all', spec: fullSpec, own: false, lastUsedAt: undefined });
    expect((all?.expiresAt ?? 0) - (all?.createdAt ?? 0)).toBe(86_400_000);
    expect(none).toMatchObject({ description: 'none', spec: openSpec, expiresAt: undefined });
  });

  it('tell when, from where and by what they were last used', async () => {
    const { provider } = await startAiven();
    const user = await provider.createUser('ci', forever);
    const { value } = await provider.createToken(user, { spec: openSpec, description: '' }, forever);
    await provider.verify(value, forever);
    const [token] = await provider.listTokens(user, forever);
    expect(token).toMatchObject({ lastUsedFrom: '127.0.0.1', lastUserAgent: 'keyturn/0.0.0' });
    expect(Math.abs((token?.lastUsedAt ?? 0) - provider.now())).toBeLessThan(2000);
  });

  it.each([false, true])(
    'past their max age are absent or listed as expired: %p',
    async (appListIncludesExpired) => {
      const { provider, emulator } = await startAiven({ toggles: { appListIncludesExpired } });
      const user = await provider.createUser('ci', forever);
      await provider.createToken(
        user,
        { spec: { ...openSpec, maxAgeSeconds: 600 }, description: '' },
        forever,
      );
      emulator.clock.advance(601_000);
      const tokens = await provider.listTokens(user, forever);
      expect(tokens.map(({ expiresAt = 0 }) => expiresAt < provider.now())).toEqual(
        appListIncludesExpired ? [true] : [],
      );
    },
  );

  it('are told offline by their value', async () => {
    const { provider } = await startAiven();
    const user = await provider.createUser('ci', forever);
    const issued = await provider.createToken(user, { spec: openSpec, description: '' }, forever);
    expect(provider.idOf(issued.value)).toBe(issued.id);
    for (const foreign of ['', 'hunter2', 'v2.public.eyJ'.repeat(20), `${'a'.repeat(120)}\n`, 'a'.repeat(99)])
      expect(provider.idOf(new SecretValue(foreign))).toBeUndefined();
  });
});

describe('the provider time', () => {
  it('follows the service through hours that pass on its clock only', async () => {
    const { provider, emulator } = await startAiven();
    await provider.listUsers(forever);
    const before = provider.now();
    emulator.clock.advance(5 * 3_600_000);
    expect(provider.now() - before).toBeLessThan(60_000);
    await provider.listUsers(forever);
    const after = provider.now();
    expect(after).toBeGreaterThan(before + 5 * 3_600_000 - 2000);
    expect(after).toBeLessThanOrEqual(emulator.clock.now());
  });
});
