import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ADMIN_EMAIL, ADMIN_PASSWORD } from '../../src/emulator/aiven/seed.ts';
import { type Cli, manifestOf, startCli } from './harness.ts';

const file = join('.config', 'aiven', 'aiven-credentials.json');

async function loggedOut(): Promise<Cli> {
  const cli = await startCli();
  delete cli.env['AIVEN_TOKEN'];
  return cli;
}

describe('login', () => {
  it('asks for a password, keeps the credential where avn does, and lets other verbs use it', async () => {
    const cli = await loggedOut();
    cli.answers.push(ADMIN_EMAIL, ADMIN_PASSWORD);
    const result = await cli.run('login');
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(result.out).toContain(`Logged in as Emulator Admin (${ADMIN_EMAIL})`);
    expect(cli.questions).toEqual(['Email address: ', 'Password (not shown): ']);
    expect((await stat(join(cli.folder, file))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await cli.read(file))).toMatchObject({ user_email: ADMIN_EMAIL });

    await cli.write('tokens.yaml', manifestOf(cli));
    expect(await cli.run('plan')).toMatchObject({ code: 0 });
    expect((await cli.run('whoami')).out).toContain(file);
  });

  it('asks for the one-time code when the provider wants one', async () => {
    const cli = await loggedOut();
    await cli.control('users', { email: ADMIN_EMAIL, otp: '123456' });
    cli.answers.push(ADMIN_PASSWORD, '123456');
    expect(await cli.run('login', '--user', ADMIN_EMAIL)).toMatchObject({ code: 0 });
    expect(cli.questions).toEqual(['Password (not shown): ', 'One-time code: ']);
  });

  it('keeps nothing of a wrong password', async () => {
    const cli = await loggedOut();
    cli.answers.push(ADMIN_EMAIL, 'wrong-password');
    const result = await cli.run('login');
    expect(result.code).toBe(1);
    expect(result.err).not.toContain('wrong-password');
    await expect(cli.read(file)).rejects.toThrow('ENOENT');
  });

  it('takes a token from standard input, and keeps none that does not work', async () => {
    const cli = await loggedOut();
    cli.stdin = 'AAAA\n';
    expect(await cli.run('login', '--token')).toMatchObject({ code: 1 });
    await expect(cli.read(file)).rejects.toThrow('ENOENT');
    cli.stdin = `${cli.emulator.adminToken}\n`;
    expect(await cli.run('login', '--token')).toMatchObject({ code: 0 });
    expect(await cli.run('whoami')).toMatchObject({ code: 0 });
  });

  it('asks for no password where there is nobody to type it', async () => {
    const cli = await loggedOut();
    const result = await cli.run('login');
    expect(result.code).toBe(1);
    expect(result.err).toContain('--token');
  });

  it('says when a variable goes before what it kept', async () => {
    const cli = await startCli();
    cli.stdin = cli.emulator.adminToken;
    const result = await cli.run('login', '--token');
    expect(result.code).toBe(0);
    expect(result.err).toContain('AIVEN_TOKEN comes before it');
  });
});

describe('logout', () => {
  it('revokes the credential of the login and removes its file', async () => {
    const cli = await loggedOut();
    cli.answers.push(ADMIN_EMAIL, ADMIN_PASSWORD);
    await cli.run('login');
    const { auth_token: value } = JSON.parse(await cli.read(file)) as { auth_token: string };
    expect(await cli.control('check', { token: value })).toMatchObject({ live: true });
    expect(await cli.run('logout')).toMatchObject({ code: 0, err: '' });
    expect(await cli.control('check', { token: value })).toMatchObject({ live: false });
    await expect(cli.read(file)).rejects.toThrow('ENOENT');
    expect(await cli.run('logout')).toMatchObject({ code: 1 });
  });

  it('leaves a credential alone that is no login', async () => {
    const cli = await startCli();
    const result = await cli.run('logout');
    expect(result.code).toBe(1);
    expect(result.err).toContain('AIVEN_TOKEN');
    expect(await cli.run('whoami')).toMatchObject({ code: 0 });
  });

  it('removes the file of a login that is dead already', async () => {
    const cli = await loggedOut();
    cli.answers.push(ADMIN_EMAIL, ADMIN_PASSWORD);
    await cli.run('login');
    expect(
      await cli.run('expire-all', 'me', '--yes', '--organization', cli.emulator.organizationId),
    ).toMatchObject({
      code: 0,
    });
    expect(await cli.run('logout')).toMatchObject({ code: 0 });
    await expect(cli.read(file)).rejects.toThrow('ENOENT');
  });
});

describe('whoami', () => {
  it('shows the organizations with what the credential may do there', async () => {
    const cli = await startCli();
    const { organizationId } = cli.emulator;
    const { out } = await cli.run('whoami');
    expect(out).toContain(`${organizationId}  Emulated organization, super admin`);
    const json = JSON.parse((await cli.run('whoami', '--output', 'json')).out) as unknown;
    expect(json).toMatchObject({
      login: ADMIN_EMAIL,
      organizations: [{ id: organizationId, privilege: 'superAdmin' }],
    });
  });
});
