/** What a person does by hand at Aiven. */
import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { SecretValue } from '../../../src/core/secret.ts';
import { aivenByHand } from '../../../src/providers/aiven/by-hand.ts';
import type { EmulatorOptions } from '../../../src/emulator/start.ts';
import { serveHttp } from '../../net/servers.ts';
import { type Aiven, failureOf, forever, openSpec, startAiven } from './harness.ts';

const jane = { user: 'admin@example.com', password: new SecretValue('emulator-admin') };

async function start(options: EmulatorOptions = {}) {
  const aiven = await startAiven(options);
  const hand = aivenByHand({ url: aiven.emulator.url, version: '0.0.0', runtime: aiven.runtime });
  return { aiven, hand, admin: new SecretValue(aiven.emulator.adminToken) };
}

async function loggedIn({ hand }: Awaited<ReturnType<typeof start>>): Promise<SecretValue> {
  const outcome = await hand.login(jane, forever);
  if (outcome.kind !== 'loggedIn') throw new Error(outcome.kind);
  return outcome.credential;
}

async function isLive({ control }: Aiven, value: SecretValue): Promise<unknown> {
  return (await control('check', { token: value.reveal() }))['live'];
}

describe('login', () => {
  it('gives a credential that works', async () => {
    const started = await start();
    const credential = await loggedIn(started);
    expect((await started.hand.whoami(credential, forever)).login).toBe('admin@example.com');
    await started.hand.close();
  });

  it('asks for the one-time code where one is needed', async () => {
    const { aiven, hand } = await start();
    await aiven.control('users', { email: jane.user, otp: '987654' });
    expect(await hand.login(jane, forever)).toEqual({ kind: 'otpNeeded' });
    expect(await hand.login({ ...jane, otp: '987654' }, forever)).toMatchObject({
      kind: 'loggedIn',
      user: jane.user,
    });
    expect(await failureOf(hand.login({ ...jane, otp: '123456' }, forever))).toMatchObject({
      failure: 'refused',
    });
    await hand.close();
  });

  it('with a wrong password says so, once, and not which', async () => {
    const { aiven, hand } = await start();
    const password = new SecretValue('canary-password');
    const error = await failureOf(hand.login({ ...jane, password }, forever));
    expect(error.message).toBe(
      'aiven: logging in as "admin@example.com" failed: 403. The email address, the password or the ' +
        'one-time code is wrong. Aiven says: "Authentication failed".',
    );
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
    expect(await aiven.requests()).toEqual({ 'POST /v1/userauth': 1 });
    await hand.close();
  });

  it('that fails repeats neither the password nor the code', async () => {
    const server = await serveHttp((request, response) => {
      request.setEncoding('utf8').on('data', (message: string) => {
        response.writeHead(400).end(JSON.stringify({ message }));
      });
    });
    const { aiven } = await start();
    const hand = aivenByHand({ url: server.url, version: '0.0.0', runtime: aiven.runtime });
    const entry = { user: 'jane', password: new SecretValue('sword"fish'), otp: '987654' };
    const error = await failureOf(hand.login(entry, forever));
    await server.close();
    expect(error.message).toContain(
      'Aiven says: "{"email":"jane","password":"[removed]","otp":"[removed]"}".',
    );
  });

  it('of a deactivated account says what the service says', async () => {
    const { aiven, hand } = await start();
    await aiven.control('users', { email: jane.user, state: 'deactivated' });
    const error = await failureOf(hand.login(jane, forever));
    expect(error.message).not.toContain('is wrong');
    expect(error.message).toContain('Your account has been temporary suspended');
    await hand.close();
  });
});

describe('whoami', () => {
  it('names the user, its organizations, and what may be told of its privilege', async () => {
    const { aiven, hand, admin } = await start();
    const { organizationId, adminUserId } = aiven.emulator;
    const organizations = [{ id: organizationId, name: 'Emulated organization', privilege: 'superAdmin' }];
    expect(await hand.whoami(admin, forever)).toEqual({
      id: adminUserId,
      name: 'Emulator Admin',
      login: 'admin@example.com',
      state: 'active',
      organizations,
    });
    await hand.close();
  });

  it.each([
    [['role:organization:admin'], 'organizationAdmin'],
    [['organization:app_users:write'], 'unknown'],
    [[], 'unknown'],
  ])('tells for permissions %j: %s', async (permissions, privilege) => {
    const { aiven, hand } = await start();
    const { organizationId } = aiven.emulator;
    const { token } = await aiven.control('users', { email: 'joe@example.com', organizationId, permissions });
    const identity = await hand.whoami(new SecretValue(String(token)), forever);
    expect(identity.organizations).toMatchObject([{ id: organizationId, privilege }]);
    await hand.close();
  });

  it('of a dead credential fails as such', async () => {
    const { hand } = await start();
    const dead = new SecretValue('A'.repeat(372));
    expect(await failureOf(hand.whoami(dead, forever))).toMatchObject({ failure: 'credential' });
    await hand.close();
  });
});

describe('logout', () => {
  it.each([404, 200] as const)(
    'ends the credential and is done when it is dead already (%p)',
    async (status) => {
      const started = await start({ toggles: { revokeMissingPersonalToken: status } });
      const credential = await loggedIn(started);
      await started.hand.logout(credential, forever);
      expect(await isLive(started.aiven, credential)).toBe(false);
      await expect(started.hand.logout(credential, forever)).resolves.toBeUndefined();
      await started.hand.close();
    },
  );

  it('that fails shows no value, though the path holds it', async () => {
    const started = await start();
    const credential = await loggedIn(started);
    await started.aiven.control('faults', { fault: 'serverErrorBeforeApply=always' });
    const error = await failureOf(started.hand.logout(credential, forever));
    expect(error.message).toContain('aiven: logging out failed: 500.');
    const shown = inspect(error, { depth: 9, showHidden: true });
    expect(shown).not.toContain(credential.reveal().slice(0, 20));
    expect(shown).not.toContain(encodeURIComponent(credential.reveal()).slice(0, 20));
    await started.hand.close();
  });
});

describe('expire-all', () => {
  it('ends every token of the calling user and none of application users', async () => {
    const { aiven, hand, admin } = await start();
    const user = await aiven.provider.createUser('ci', forever);
    const kept = await aiven.provider.createToken(user, { spec: openSpec, description: '' }, forever);
    const me = await aiven.provider.me(forever);
    const personal = await aiven.provider.createToken(me, { spec: openSpec, description: '' }, forever);
    await hand.expireAll(admin, forever);
    expect(await isLive(aiven, personal.value)).toBe(false);
    expect(await isLive(aiven, admin)).toBe(false);
    expect(await isLive(aiven, kept.value)).toBe(true);
    await hand.close();
  });
});
