/** What a value tells by itself, and what a master says of it. */
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import { readValue } from '../../../src/providers/determined/token-value.ts';
import { forever, month, startMaster, strangeToken } from './harness.ts';

describe('a token value of Determined', () => {
  it('says which token it is, and a login session is none', () => {
    expect(readValue(strangeToken({ id: 12 }))?.id).toBe('12');
    expect(readValue(strangeToken({ token_type: 'USER_SESSION' }))?.isAccessToken).toBe(false);
    for (const text of ['', 'v2.public..bnVsbA', 'v2.public.AAAA.bnVsbA', 'v2.local.AAAA.bnVsbA'])
      expect(readValue(new SecretValue(text))).toBeUndefined();
    for (const id of [0, -1, 1.5, '12']) expect(readValue(strangeToken({ id }))).toBeUndefined();
  });

  it('is not taken for the token that has the same number in another cluster', async () => {
    const { provider } = await startMaster();
    const user = await provider.createUser('ci', forever);
    const { id, value } = await provider.createToken(user, { spec: month, description: 'a' }, forever);
    await provider.listTokens(user, forever);
    expect(provider.idOf(value)).toBe(id);
    expect(provider.idOf(strangeToken({ id: Number(id) }))).toBeUndefined();
  });

  it('tells dead ones from those that are refused while their user is inactive', async () => {
    const { provider, ask } = await startMaster();
    const user = await provider.createUser('ci', forever);
    const issue = () => provider.createToken(user, { spec: month, description: 'a' }, forever);
    const [revoked, kept] = [await issue(), await issue()];
    await provider.revoke(user, revoked.id, forever);
    expect(await provider.verify(revoked.value, forever)).toBe('refused');
    expect(await provider.verify(strangeToken(), forever)).toBe('refused');
    // A bulk deactivation ends no token: they work again once the user is active.
    await ask('PATCH /users', { userIds: [Number(user.id)], activate: false });
    expect(await provider.verify(kept.value, forever)).toBe('alive');
  });
});
