import { describe, expect, it } from '@jest/globals';
import { formatDescription, hashOwner } from '../../src/core/mark.ts';
import { applied, type Cli, manifestOf, startCli } from './harness.ts';

/** Makes a token of user `ci` as somebody else would. */
async function createToken(cli: Cli, description: string): Promise<string> {
  const { url, organizationId, adminToken } = cli.emulator;
  const users = (await cli.control('users'))['users'] as { id: string; name: string }[];
  const { id } = users.find(({ name }) => name === 'ci') ?? {};
  const path = `/v1/organization/${organizationId}/application-users/${id}/access-tokens`;
  const headers = { authorization: `aivenv1 ${adminToken}` };
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify({ description }) });
  return ((await answer.json()) as { token_prefix: string }).token_prefix;
}

/** The description of a token that another set looks after. */
const foreign = formatDescription('theirs', {
  owner: hashOwner('staging-q7m2xa', 'staging'),
  declaration: 'ci/deploy',
  generation: 1,
  specHash: '1abcdef0',
  nonce: 'k3x5ab',
});

describe('tokens', () => {
  it('lists every token as owned, foreign or unmanaged, with those of the calling user', async () => {
    const cli = await startCli();
    await applied(cli);
    await createToken(cli, foreign);
    await createToken(cli, 'made by hand');
    const { code, out } = await cli.run('tokens');
    expect(code).toBe(0);
    expect(out).toContain('ci/deploy, generation 1');
    expect(out).toContain(hashOwner('staging-q7m2xa', 'staging'));
    expect(out).toMatch(/unmanaged .*made by hand/);
    expect(out).toMatch(/me +\S{12} +unmanaged.*\(the credential in use\)/);
    expect(out).toContain('4 tokens: 1 owned, 1 foreign, 2 unmanaged.');
  });

  it('needs no manifest when it is told the organization', async () => {
    const cli = await startCli();
    await applied(cli);
    const { organizationId } = cli.emulator;
    await cli.write('tokens.yaml', 'not: a manifest\n');
    const { code, out } = await cli.run('tokens', '--organization', organizationId, '--user', 'ci');
    expect(code).toBe(0);
    expect(out).toContain('1 token: 0 owned, 1 foreign, 0 unmanaged.');
    expect((await cli.run('tokens', '--organization', 'no such thing')).err).toContain(
      'is not an organization id',
    );
  });
});

describe('revoke', () => {
  it('shows an unmanaged token, asks, and revokes it', async () => {
    const cli = await startCli();
    await applied(cli);
    const id = await createToken(cli, 'made by hand');
    cli.answers.push('no', 'yes');
    expect(await cli.run('revoke', id)).toMatchObject({ code: 1 });
    expect(await cli.live()).toContain(id);
    const result = await cli.run('revoke', id);
    expect(result).toMatchObject({ code: 0, out: `Revoked ${id} of ci.\n` });
    expect(result.err).toContain('made by hand');
    expect(await cli.live()).toEqual([await cli.served()]);
  });

  it('refuses what a destination holds and names the way without an outage, but for --yes', async () => {
    const cli = await startCli();
    await applied(cli);
    const id = await cli.served();
    cli.answers.push('yes');
    const result = await cli.run('revoke', id);
    expect(result.code).toBe(3);
    expect(result.err).toContain('keyturn rotate ci/deploy');
    expect(await cli.live()).toEqual([id]);
    expect(await cli.run('revoke', id, '--yes')).toMatchObject({ code: 0 });
    expect(await cli.live()).toEqual([]);
  });

  it('refuses what another manifest looks after, but for --yes', async () => {
    const cli = await startCli();
    await applied(cli);
    const id = await createToken(cli, foreign);
    const result = await cli.run('revoke', id);
    expect(result.code).toBe(3);
    expect(result.err).toContain('another manifest looks after it');
    expect(await cli.live()).toContain(id);
    expect(await cli.run('revoke', id, '--yes')).toMatchObject({ code: 0 });
  });

  it('never revokes the credential in use', async () => {
    const cli = await startCli();
    await applied(cli);
    const id = cli.emulator.adminToken.slice(0, 12);
    expect(await cli.run('revoke', id, '--yes')).toMatchObject({ code: 3 });
    expect(await cli.run('plan')).toMatchObject({ code: 0 });
  });

  it('takes the value of a token for its id and does not repeat it', async () => {
    const cli = await startCli();
    await applied(cli);
    const value = /=["']?([A-Za-z0-9+/=]+)/.exec(await cli.read('aiven.env'))?.[1] ?? '';
    const result = await cli.run('revoke', value, '--yes');
    expect(result.code).toBe(0);
    expect(result.err).toContain('not its id');
    expect(await cli.live()).toEqual([]);
  });

  it('says so when there is no such token', async () => {
    const cli = await startCli();
    await applied(cli);
    const result = await cli.run('revoke', 'AAAAAAAAAAAA', '--yes');
    expect(result.code).toBe(1);
    expect(result.err).toContain('keyturn tokens');
  });
});

describe('expire-all', () => {
  it('names what others own and revokes everything of the user after its name was typed', async () => {
    const cli = await startCli();
    await applied(cli);
    const id = await createToken(cli, foreign);
    cli.answers.push('me', 'ci');
    const kept = await cli.run('expire-all', 'ci');
    expect(kept.code).toBe(1);
    expect(kept.err).toContain(`1 of them belong to other owners, who are not asked: ${id}`);
    expect(await cli.live()).toHaveLength(2);
    expect(await cli.run('expire-all', 'ci')).toMatchObject({
      code: 0,
      out: 'Revoked 2 of 2 tokens of "ci".\n',
    });
    expect(await cli.live()).toEqual([]);
    cli.emulator.clock.advance(3_600_000);
    expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await cli.live()).toEqual([await cli.served()]);
  });

  it('of "me" ends the credential in use too', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    const result = await cli.run('expire-all', 'me', '--yes');
    expect(result.code).toBe(0);
    expect(result.out).toContain('keyturn login');
    expect(await cli.run('whoami')).toMatchObject({ code: 1 });
  });

  it('names the users there are when it is given something else', async () => {
    const cli = await startCli();
    await applied(cli);
    const result = await cli.run('expire-all', 'cl', '--yes');
    expect(result.code).toBe(1);
    expect(result.err).toContain('There are: ci, me.');
  });
});
