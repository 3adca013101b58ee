/** What the credential may not do, and what a master is set to, in words for the person who must act. */
import { describe, expect, it } from '@jest/globals';
import { ADMIN_PASSWORD } from '../../../src/emulator/determined/seed.ts';
import { loginCredential } from '../../../src/providers/determined/session.ts';
import { failureOf } from '../aiven/harness.ts';
import { forever, month, startMaster } from './harness.ts';

const issue = { spec: month, description: 'a' };

describe('a credential without the admin role', () => {
  it('cannot list or issue for others, and the message says which role is missing', async () => {
    const { provider, as, credentialOf } = await startMaster();
    const other = await provider.createUser('other', forever);
    const mine = as(await credentialOf('ada'));
    for (const act of [
      () => mine.listTokens(other, forever),
      () => mine.createToken(other, issue, forever),
    ]) {
      const failure = await failureOf(act());
      expect(failure.failure).toBe('refused');
      expect(failure.message).toContain('it needs the admin role');
    }
  });

  it('keeps its own tokens where it is a TokenCreator', async () => {
    const { as, credentialOf, provider } = await startMaster({ toggles: { authz: 'rbac' } });
    const other = await provider.createUser('other', forever);
    const mine = as(await credentialOf('ada', { roles: ['TokenCreator'] }));
    const me = await mine.me(forever);
    const { id, value } = await mine.createToken(me, issue, forever);
    expect((await mine.listTokens(me, forever)).map((token) => token.id)).toContain(id);
    await mine.updateDescription(me, id, 'b', forever);
    await mine.revoke(me, id, forever);
    expect(await mine.verify(value, forever)).toBe('refused');
    expect((await mine.listUsers(forever)).longestMaxAgeSeconds).toBeUndefined();
    expect((await failureOf(mine.createToken(other, issue, forever))).failure).toBe('refused');
  });

  it('learns the longest lifespan from the refusal', async () => {
    const { as, credentialOf } = await startMaster({ toggles: { authz: 'rbac' } });
    const mine = as(await credentialOf('ada', { roles: ['TokenCreator'] }));
    const long = { spec: { ...month, maxAgeSeconds: 31 * 86_400 }, description: 'a' };
    const failure = await failureOf(mine.createToken(await mine.me(forever), long, forever));
    expect(failure).toMatchObject({ failure: 'refused', status: 400 });
    expect(failure.message).toContain('over the maximum of this cluster');
  });
});

describe('the settings of a master', () => {
  it('are read where the credential may, and equal to the maximum is allowed', async () => {
    const { provider } = await startMaster();
    const { longestMaxAgeSeconds } = await provider.listUsers(forever);
    expect(longestMaxAgeSeconds).toBe(30 * 86_400);
    const user = await provider.createUser('ci', forever);
    await provider.createToken(user, issue, forever);
  });

  it('decide how long a token without maxAge lives', async () => {
    const { provider } = await startMaster({ toggles: { defaultLifespanDays: 7 } });
    const user = await provider.createUser('ci', forever);
    await provider.createToken(user, { ...issue, spec: { ...month, maxAgeSeconds: undefined } }, forever);
    const [token] = await provider.listTokens(user, forever);
    expect(token?.spec.maxAgeSeconds).toBe(7 * 86_400);
  });

  it('may be of a release that is too old, or newer than what was tried', async () => {
    const notesOf = async (version: string) =>
      (await (await startMaster({ toggles: { version } })).provider.listUsers(forever)).notes;
    expect(await notesOf('0.38.1')).toEqual([]);
    expect(await notesOf('0.39.0')).toEqual([expect.stringContaining('keyturn was tested with 0.38.1')]);
    const old = await startMaster({ toggles: { version: '0.37.0' } });
    expect((await old.provider.listUsers(forever)).notes).toEqual([
      expect.stringContaining('access tokens came with 0.38: upgrade it'),
    ]);
    const user = await old.provider.createUser('ci', forever);
    const failure = await failureOf(old.provider.listTokens(user, forever));
    expect(failure).toMatchObject({ failure: 'refused', status: 501 });
    expect(failure.message).toContain('access tokens need Determined 0.38 or newer');
  });

  it('count by the clock of the master, however wrong that of this machine is', async () => {
    const start = new Date(Date.now() + 600_000).toISOString();
    const { provider } = await startMaster({ clock: { start } });
    await provider.listUsers(forever);
    expect(Math.abs(provider.now() - Date.parse(start))).toBeLessThan(60_000);
  });
});

describe('a name and a password', () => {
  it('open one session for a connection and end it with that', async () => {
    const { as, connect: opened, requests, control } = await startMaster();
    const sessions = async () =>
      ((await control('tokens'))['tokens'] as { type: string }[]).filter(
        ({ type }) => type === 'USER_SESSION',
      ).length;
    const before = await sessions();
    const mine = opened(loginCredential('admin', ADMIN_PASSWORD));
    await Promise.all([mine.me(forever), mine.listUsers(forever)]);
    expect((await requests())['POST /api/v1/auth/login']).toBe(1);
    await mine.close();
    expect(await sessions()).toBe(before);
    const wrong = as(loginCredential('admin', 'not-it'));
    const failure = await failureOf(wrong.me(forever));
    expect(failure.failure).toBe('credential');
    expect(failure.message).not.toContain('not-it');
  });
});
