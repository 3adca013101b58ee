/** Users: who may be issued for, who counts as there, and what becomes of those that are removed. */
import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../aiven/harness.ts';
import { forever, month, startMaster } from './harness.ts';

const issue = { spec: month, description: 'a' };

describe('users of Determined', () => {
  it('are made active and without the admin role', async () => {
    const { provider, control } = await startMaster();
    const { id } = await provider.createUser('ci', forever);
    const users = (await control('users'))['users'] as { id: number; active: boolean; admin: boolean }[];
    expect(users.find((user) => String(user.id) === id)).toMatchObject({ active: true, admin: false });
  });

  it('that are removed become inactive, and count as gone', async () => {
    const { provider, control } = await startMaster();
    const user = await provider.createUser('ci', forever);
    await provider.removeUser(user, forever);
    const users = (await control('users'))['users'] as { username: string; active: boolean }[];
    expect(users.find(({ username }) => username === 'ci')?.active).toBe(false);
    expect((await provider.listUsers(forever)).users.map(({ name }) => name)).not.toContain('ci');
    const again = await failureOf(provider.createUser('ci', forever));
    expect(again.message).toContain('"ci" is inactive');
    expect(again.message).toContain('det user activate ci');
  });

  it('that are inactive and hold live tokens are left alone: neither alive nor gone', async () => {
    const { provider, ask } = await startMaster();
    const user = await provider.createUser('ci', forever);
    await provider.createToken(user, issue, forever);
    await ask('PATCH /users', { userIds: [Number(user.id)], activate: false });
    expect((await provider.listUsers(forever)).users.map(({ name }) => name)).toContain('ci');
    const failure = await failureOf(provider.listTokens(user, forever));
    expect(failure).toMatchObject({ failure: 'refused' });
    expect(failure.message).toContain('"ci" is inactive, so nothing is issued for it');
    await ask('PATCH /users', { userIds: [Number(user.id)], activate: true });
    await provider.listUsers(forever);
    expect(await provider.listTokens(user, forever)).toHaveLength(1);
  });

  it('that log in elsewhere take tokens like any other', async () => {
    const { provider, control } = await startMaster();
    const { userId } = await control('users', { username: 'ada', remote: true });
    const user = (await provider.listUsers(forever)).users.find(({ id }) => id === String(userId));
    if (!user) throw new Error('there is no such user');
    const { value } = await provider.createToken(user, issue, forever);
    expect(await provider.verify(value, forever)).toBe('alive');
  });

  it('never lose the one that keyturn works as', async () => {
    const { provider } = await startMaster();
    const admin = (await provider.listUsers(forever)).users.find(({ name }) => name === 'admin');
    if (!admin) throw new Error('there is no admin');
    const failure = await failureOf(provider.removeUser(admin, forever));
    expect(failure.message).toContain('the one that keyturn works as');
    await provider.me(forever);
  });

  it('are edited with active only, so that no token of another one ends', async () => {
    const { provider, tokens } = await startMaster();
    const [leaving, staying] = [
      await provider.createUser('leaving', forever),
      await provider.createUser('staying', forever),
    ];
    await provider.createToken(staying, issue, forever);
    await provider.removeUser(leaving, forever);
    expect((await tokens()).map(({ state }) => state)).toEqual(['live']);
  });
});

describe('lists of tokens', () => {
  it('are one request for all users, and another one for who asks again', async () => {
    const { provider, requests } = await startMaster();
    const users = [];
    for (const name of ['u1', 'u2', 'u3']) users.push(await provider.createUser(name, forever));
    await requests();
    await provider.listUsers(forever);
    for (const user of users) await provider.listTokens(user, forever);
    expect((await requests())['GET /api/v1/tokens']).toBe(1);
    const [first] = users;
    if (!first) throw new Error('there is no user');
    await provider.createToken(first, issue, forever);
    expect(await provider.listTokens(first, forever)).toHaveLength(1);
    expect(await provider.listTokens(first, forever)).toHaveLength(1);
    expect((await requests())['GET /api/v1/tokens']).toBe(2);
  });
});
