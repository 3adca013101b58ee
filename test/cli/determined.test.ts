import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ADMIN_PASSWORD } from '../../src/emulator/determined/seed.ts';
import { startDetermined } from '../../src/emulator/start.ts';
import { appliedToMaster, type Both, dayMs, determinedManifest, startBothCli } from './both.ts';

const file = join('.config', 'determined', 'auth.json');
const here = ['--provider', 'determined'];

async function loggedOut(): Promise<Both> {
  const cli = await startBothCli();
  delete cli.env['DET_USER_TOKEN'];
  return cli;
}

/** The token of det's file. */
async function stored(cli: Both): Promise<string> {
  const { masters } = JSON.parse(await cli.read(file)) as {
    masters: Record<string, { active_user?: string; tokens: Record<string, string> }>;
  };
  return masters[cli.emulators.determined.url]?.tokens['admin'] ?? '';
}

describe('a login at Determined', () => {
  it('takes name and password, is kept where det keeps it, and ends with a logout', async () => {
    const cli = await loggedOut();
    cli.answers.push('admin', ADMIN_PASSWORD);
    const login = await cli.run('login', ...here);
    expect(login).toMatchObject({ code: 0, err: '' });
    expect(login.out).toContain('Logged in as admin.');
    expect(cli.questions).toEqual(['User name: ', 'Password (not shown): ']);
    const token = await stored(cli);
    expect(await cli.control('check', { token })).toMatchObject({ live: true });
    expect((await cli.run('whoami', ...here)).out).toContain(file);
    expect(await cli.run('logout', ...here)).toMatchObject({ code: 0, err: '' });
    expect(await cli.control('check', { token })).toMatchObject({ live: false });
    expect(await stored(cli)).toBe('');
  });

  it('with a token says at the logout that an access token lives on', async () => {
    const cli = await loggedOut();
    const { token, tokenId } = await cli.control('users', { username: 'admin' });
    cli.stdin = `${String(token)}\n`;
    expect(await cli.run('login', '--token', ...here)).toMatchObject({ code: 0 });
    const { code, out } = await cli.run('logout', ...here);
    expect(code).toBe(0);
    expect(out).toContain('which a logout does not end');
    expect(out).toContain(`keyturn revoke ${String(tokenId)}`);
    expect(await cli.control('check', { token })).toMatchObject({ live: true });
    expect(await stored(cli)).toBe('');
  });

  it('keeps nothing of a wrong password', async () => {
    const cli = await loggedOut();
    cli.answers.push('admin', 'wrong-password');
    const { code, err } = await cli.run('login', ...here);
    expect(code).toBe(1);
    expect(err).toContain('does not take this name and password');
    await expect(cli.read(file)).rejects.toThrow('ENOENT');
  });
});

describe('whoami and doctor at Determined', () => {
  it('say who it is and what it may do', async () => {
    const cli = await startBothCli();
    const { out } = await cli.run('whoami', ...here);
    expect(out).toMatch(/^admin\n[\s\S]*, admin$/m);
    const doctor = await cli.run('doctor', ...here);
    expect(doctor.code).toBe(0);
    expect(doctor.out).toContain('rights: the credential administers');
  });
});

describe('tokens of a master', () => {
  it('are listed with what the master does not tell', async () => {
    const cli = await startBothCli();
    await appliedToMaster(cli);
    const { code, out } = await cli.run('tokens');
    expect(code).toBe(0);
    expect(out).toMatch(/trainer +\d+ +trainer\/submit, generation 1 .*not told +Submits experiments/);
    expect(out).not.toMatch(/never/);
    expect((await cli.run('status')).out).toContain('not told');
  });

  it('that were revoked or have expired are listed with --all only', async () => {
    const cli = await startBothCli();
    await appliedToMaster(cli);
    const [id = 0] = await cli.live();
    await cli.run('revoke', String(id), '--yes');
    expect((await cli.run('tokens')).out).toContain('1 token: ');
    const all = await cli.run('tokens', '--all');
    expect(all.out).toMatch(new RegExp(`trainer +${id} +trainer/submit, generation 1 .* revoked +not told`));
    expect(all.out).toContain('; 1 of them no longer works.');
    cli.emulators.clock.advance(1_000);
    await cli.run('apply', '--yes');
    cli.emulators.clock.advance(33 * dayMs);
    expect((await cli.run('tokens', '--all', '--user', 'trainer')).out).toMatch(/expired \d+d ago/);
    const json = JSON.parse((await cli.run('tokens', '--all', '--output', 'json')).out) as {
      tokens: { state: string; tellsLastUse: boolean }[];
    };
    expect(json.tokens.map(({ state }) => state).sort()).toEqual(['expired', 'live', 'revoked']);
    expect(json.tokens.every(({ tellsLastUse }) => !tellsLastUse)).toBe(true);
  });

  it('are not remembered by a provider that forgets them, which is said', async () => {
    const cli = await startBothCli();
    const { organizationId } = cli.emulators.aiven;
    const { code, err } = await cli.run('tokens', '--all', '--organization', organizationId);
    expect(code).toBe(0);
    expect(err).toContain('is not remembered there');
  });
});

describe('revoking at Determined by hand', () => {
  it('takes the value of a token and does not repeat it', async () => {
    const cli = await startBothCli();
    await appliedToMaster(cli);
    const { code, err } = await cli.run('revoke', await cli.value('det.env'), '--yes');
    expect(code).toBe(0);
    expect(err).toContain('not its id');
    expect(await cli.live()).toEqual([]);
  });

  it('shows no value of a token that cannot be seen', async () => {
    const cli = await startBothCli();
    await appliedToMaster(cli);
    const stranger = `v2.public.${'x'.repeat(200)}`;
    const { code, err } = await cli.run('revoke', stranger, '--yes');
    expect(code).toBe(1);
    expect(err).toContain('What was given is no id of a token that can be seen');
    expect(err).not.toContain('xxxx');
    expect(await cli.live()).toHaveLength(1);
  });

  it('refuses an id that two masters know, and says how to name one', async () => {
    const cli = await startBothCli();
    const other = await startDetermined({ clock: { frozen: true } });
    try {
      await cli.write('tokens.yaml', determinedManifest(cli));
      const mine = cli.emulators.determined.url;
      const theirs = determinedManifest(cli).replace(mine, other.url).replaceAll('training', 'research');
      await cli.write('other.yaml', theirs.replace('det.env', 'other.env'));
      // What a second master needs: a login of its own in det's file.
      delete cli.env['DET_USER_TOKEN'];
      cli.stdin = cli.emulators.determined.adminToken;
      await cli.run('login', '--token', ...here);
      cli.stdin = other.adminToken;
      cli.env['DET_MASTER'] = other.url;
      await cli.run('login', '--token', ...here);
      cli.env['DET_MASTER'] = mine;
      const both = ['-f', 'tokens.yaml', '-f', 'other.yaml', '--provider-url', other.url];
      expect(await cli.run('apply', '--yes', ...both)).toMatchObject({ code: 0, err: '' });
      const [id = 0] = await cli.live();
      const { code, err } = await cli.run('revoke', String(id), '--yes', ...both);
      expect(code).toBe(1);
      expect(err).toContain(`There is a token "${id}" in several places`);
      expect(await cli.live()).toEqual([id]);
      const twins = await cli.run('expire-all', 'trainer', '--yes', ...both);
      expect(twins.err).toContain('There are several users "trainer"');
      expect(await cli.live()).toEqual([id]);
      const value = await cli.value('other.env');
      expect(await cli.run('revoke', value, '--yes', ...both)).toMatchObject({ code: 0 });
      expect(await cli.live()).toEqual([id]);
    } finally {
      await other.close();
    }
  });
});

describe('expire-all at Determined', () => {
  it('revokes every token of a user', async () => {
    const cli = await startBothCli();
    await appliedToMaster(cli);
    await cli.control('tokens', { username: 'trainer', count: 2, description: 'by hand' });
    const result = await cli.run('expire-all', 'trainer', '--yes');
    expect(result).toMatchObject({ code: 0, out: 'Revoked 3 of 3 tokens of "trainer".\n' });
    expect(await cli.live()).toEqual([]);
  });

  it('of "me" ends the credential in use too, and says what goes on', async () => {
    const cli = await startBothCli();
    const { code, out, err } = await cli.run('expire-all', 'me', '--yes', ...here);
    expect(code).toBe(0);
    expect(err).toContain('login sessions go on');
    expect(out).toContain('Login sessions, which no request can list');
    expect(out).toContain('keyturn login --provider determined');
    expect(await cli.run('whoami', ...here)).toMatchObject({ code: 1 });
  });
});

describe('init for Determined', () => {
  it('writes a manifest that can be planned, and speaks of no other provider', async () => {
    const cli = await startBothCli();
    const { code, out } = await cli.run('init', '--name', 'training', ...here);
    expect(code).toBe(0);
    expect(out).toContain('DET_USER_TOKEN');
    const text = await cli.read('tokens.yaml');
    expect(out + text).not.toMatch(/aiven|organization|scopes/i);
    expect(text).toContain(cli.emulators.determined.url);
    expect(await cli.run('plan')).toMatchObject({ code: 0, err: '' });
    expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await cli.live()).toHaveLength(1);
  });

  it('asks for the url where none is named, and takes no organization', async () => {
    const cli = await startBothCli();
    delete cli.env['DET_MASTER'];
    const refused = await cli.run('init', ...here, '--organization', 'org1');
    expect(refused.err).toContain('Determined has no organizations');
    const { code, out } = await cli.run('init', ...here);
    expect(code).toBe(0);
    expect(out).toContain('export DET_MASTER=URL');
  });
});
