/** Ending tokens and users: what is gone is done, whatever the service says about it. */
import { describe, expect, it } from '@jest/globals';
import { failureOf, forever, openSpec, startAiven } from './harness.ts';

const issue = { spec: openSpec, description: 'x' };

describe('revoking a token', () => {
  it.each([404, 204, 400, 403] as const)(
    'of an application user twice is done, a missing one being answered %p',
    async (status) => {
      const { provider, tokens } = await startAiven({ toggles: { revokeMissingAppToken: status } });
      const user = await provider.createUser('ci', forever);
      const kept = await provider.createToken(user, issue, forever);
      const { id } = await provider.createToken(user, issue, forever);
      await provider.revoke(user, id, forever);
      await provider.revoke(user, id, forever);
      expect((await tokens()).map(({ prefix, state }) => [prefix, state])).toEqual([
        [kept.id, 'live'],
        [id, 'revoked'],
      ]);
    },
  );

  it.each([404, 200, 400, 403] as const)(
    'of the calling user twice is done, a missing one being answered %p',
    async (status) => {
      const { provider, tokens } = await startAiven({ toggles: { revokeMissingPersonalToken: status } });
      const me = await provider.me(forever);
      const { id } = await provider.createToken(me, issue, forever);
      await provider.revoke(me, id, forever);
      await provider.revoke(me, id, forever);
      expect(await tokens()).toMatchObject([{ prefix: id, state: 'revoked' }]);
    },
  );

  it.each([404, 403] as const)(
    'of a user that is gone is done, its absence being answered %p',
    async (status) => {
      const { provider } = await startAiven({ toggles: { tokenOpsNotFound: status } });
      const user = await provider.createUser('ci', forever);
      const { id } = await provider.createToken(user, issue, forever);
      await provider.removeUser(user, forever);
      await expect(provider.revoke(user, id, forever)).resolves.toBeUndefined();
    },
  );

  it('is refused when the credential may not and the token is still there', async () => {
    const aiven = await startAiven();
    const user = await aiven.provider.createUser('ci', forever);
    const { id } = await aiven.provider.createToken(user, issue, forever);
    const reader = await aiven.provider.createToken(
      await aiven.provider.me(forever),
      { spec: { ...openSpec, scopes: ['accounts:read', 'authentication:read'] }, description: 'reads only' },
      forever,
    );
    const limited = aiven.as({ credential: reader.value.reveal() });
    const error = await failureOf(limited.revoke(user, id, forever));
    expect(error).toMatchObject({ failure: 'refused', status: 403 });
    expect(error.message).toContain(`aiven: revoking token "${id}" of "ci" failed: 403.`);
  });

  it.each([
    'dropBeforeApply',
    'dropAfterApply',
    'serverErrorBeforeApply',
    'serverErrorAfterApply',
    'rateLimited',
    'html408',
  ])('goes again through %s', async (fault) => {
    const { provider, control, tokens } = await startAiven();
    const user = await provider.createUser('ci', forever);
    const { id } = await provider.createToken(user, issue, forever);
    await control('faults', { fault: `${fault}=2,on=DELETE` });
    await provider.revoke(user, id, forever);
    expect(await tokens()).toMatchObject([{ prefix: id, state: 'revoked' }]);
  });

  it('finds prefixes that hold slashes, pluses and equal signs', async () => {
    const { provider, tokens } = await startAiven({ toggles: { appTokenQuota: 'off', rateLimit: 'off' } });
    const user = await provider.createUser('ci', forever);
    const special: string[] = [];
    // About a third of random base64 prefixes hold one of these.
    while (!(special.join('').includes('/') && special.join('').includes('+'))) {
      const { id } = await provider.createToken(user, issue, forever);
      if (/[/+]/.test(id)) special.push(id);
    }
    for (const id of special) await provider.revoke(user, id, forever);
    const revoked = (await tokens()).filter(({ state }) => state === 'revoked');
    expect(revoked.map(({ prefix }) => prefix)).toEqual(special);
  });

  it.each(['..', '.', ''])(
    'of id %p is not tried, since that would be the path of something else',
    async (id) => {
      const { provider, tokens } = await startAiven();
      const user = await provider.createUser('ci', forever);
      await provider.createToken(user, issue, forever);
      expect(await failureOf(provider.revoke(user, id, forever))).toMatchObject({ failure: 'refused' });
      expect((await provider.listUsers(forever)).users).toHaveLength(1);
      expect(await tokens()).toMatchObject([{ state: 'live' }]);
    },
  );
});

describe('removing an application user', () => {
  it('ends its tokens, and doing it again is done', async () => {
    const { provider, tokens } = await startAiven();
    const user = await provider.createUser('ci', forever);
    await provider.createToken(user, issue, forever);
    await provider.removeUser(user, forever);
    await provider.removeUser(user, forever);
    expect((await provider.listUsers(forever)).users).toEqual([]);
    expect(await tokens()).toMatchObject([{ state: 'userDeleted' }]);
  });

  it('looks and goes again after the spurious first 400', async () => {
    const { provider, control } = await startAiven();
    const user = await provider.createUser('ci', forever);
    await control('faults', { fault: 'appUserDeleteSpurious400=1' });
    await provider.removeUser(user, forever);
    expect((await provider.listUsers(forever)).users).toEqual([]);
  });

  it('fails with what the service says when it is refused twice', async () => {
    const { provider, control } = await startAiven();
    const user = await provider.createUser('ci', forever);
    await control('faults', { fault: 'appUserDeleteSpurious400=always' });
    const error = await failureOf(provider.removeUser(user, forever));
    expect(error.message).toBe(
      'aiven: removing the application user "ci" failed: 400. ' +
        'Aiven says: "The application user cannot be deleted".',
    );
    expect((await provider.listUsers(forever)).users).toEqual([user]);
  });
});

describe('the description of a token', () => {
  it('is changed where it is personal, and cannot be elsewhere', async () => {
    const { provider, tokens } = await startAiven();
    const me = await provider.me(forever);
    const { id } = await provider.createToken(me, issue, forever);
    await provider.updateDescription(me, id, 'better', forever);
    expect(await tokens()).toMatchObject([{ description: 'better' }]);
    const user = await provider.createUser('ci', forever);
    const application = await provider.createToken(user, issue, forever);
    await expect(provider.updateDescription(user, application.id, 'better', forever)).rejects.toThrow(
      /cannot change/,
    );
  });
});
