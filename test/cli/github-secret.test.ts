import { afterEach, describe, expect, it } from '@jest/globals';
import { type GitHub, startGitHub } from '../github/server/start.ts';
import { type Cli, manifestOf, startCli } from './harness.ts';

const secret = { repository: 'acme/payments', environment: 'production', name: 'AIVEN_TOKEN' } as const;
const started: GitHub[] = [];
afterEach(async () => {
  for (const github of started.splice(0)) {
    await github.stop();
    expect(github.breaches).toEqual([]);
  }
});

/** A manifest that delivers to GitHub, and a GitHub that knows the token of the command. */
async function startBoth(): Promise<{ readonly cli: Cli; readonly github: GitHub }> {
  const cli = await startCli();
  const github = await startGitHub({ prefix: '/api/v3' });
  started.push(github);
  github.repository('acme/payments', { environments: ['production'] });
  const file = /\{file: .*\}\}/;
  const delivery = `{githubSecret: ${JSON.stringify(secret)}}`;
  await cli.write('tokens.yaml', manifestOf(cli).replace(file, delivery));
  Object.assign(cli.env, { GH_TOKEN: github.token(), GITHUB_API_URL: github.apiUrl });
  return { cli, github };
}

describe('the command line with a GitHub secret', () => {
  it('plans, delivers, has nothing left to do, and rotates', async () => {
    const { cli, github } = await startBoth();
    const plan = await cli.run('plan');
    expect(plan).toMatchObject({ code: 0, err: '' });
    expect(plan.out).toMatch(/\+ ci\/deploy +create/);
    expect(github.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0, err: '' });
    const [id] = await cli.live();
    expect(github.secret(secret)?.value.slice(0, 12)).toBe(id);
    expect((await cli.run('plan', '--detailed-exitcode')).code).toBe(0);
    github.advance(60_000);
    expect((await cli.run('rotate', 'ci/deploy', '--yes')).code).toBe(0);
    expect(github.secret(secret)?.value.slice(0, 12)).toBe((await cli.live())[1]);
    const doctor = await cli.run('doctor');
    expect(doctor.out).toContain(
      'ci/deploy: githubSecret/acme/payments:production:AIVEN_TOKEN can be written',
    );
  });

  it('takes gh’s variable before the other', async () => {
    const { cli, github } = await startBoth();
    cli.env['GITHUB_TOKEN'] = 'wrong';
    expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0 });
    cli.env['GITHUB_TOKEN'] = github.token();
    delete cli.env['GH_TOKEN'];
    expect((await cli.run('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('says which variable to set when there is no token, and issues nothing', async () => {
    const { cli } = await startBoth();
    delete cli.env['GH_TOKEN'];
    const result = await cli.run('apply', '--yes');
    expect(result.code).toBe(1);
    expect(result.out + result.err).toContain('there is no token for GitHub. Set GH_TOKEN or GITHUB_TOKEN');
    expect(await cli.tokens()).toEqual([]);
    const doctor = await cli.run('doctor');
    expect([doctor.code, doctor.out]).toEqual([1, expect.stringContaining('Set GH_TOKEN or GITHUB_TOKEN')]);
  });

  it('says which permission is missing', async () => {
    const { cli, github } = await startBoth();
    cli.env['GH_TOKEN'] = github.token({ permissions: { metadata: 'read' } });
    const result = await cli.run('apply', '--yes');
    expect(result.code).toBe(1);
    expect(result.out + result.err).toContain('The token lacks the permission "environments=read"');
    expect(await cli.tokens()).toEqual([]);
  });

  it.each([
    ['GITHUB_API_URL', 'github.example', 'GITHUB_API_URL is no http or https url'],
    ['GH_TOKEN', 'ghp\nx', 'GH_TOKEN holds characters that no token has'],
  ])('refuses a %s that is none, without showing it', async (name, text, complaint) => {
    const { cli } = await startBoth();
    cli.env[name] = text;
    const result = await cli.run('plan');
    expect([result.code, result.err]).toEqual([1, expect.stringContaining(complaint)]);
    expect(result.err).not.toContain(text);
  });

  it('forgets the receipts and leaves secret and token alone', async () => {
    const { cli, github } = await startBoth();
    await cli.run('apply', '--yes');
    expect((await cli.run('forget', '--yes')).code).toBe(0);
    expect(github.variable({ ...secret, name: 'AIVEN_TOKEN_RECEIPT' })).toBeUndefined();
    expect(github.secret(secret)?.value.slice(0, 12)).toBe((await cli.live())[0]);
  });

  it('objects to the revocation of the token that is served', async () => {
    const { cli } = await startBoth();
    await cli.run('apply', '--yes');
    const [id = ''] = await cli.live();
    const result = await cli.run('revoke', id);
    expect([result.code, result.err]).toEqual([3, expect.stringContaining('holds it')]);
    expect(await cli.live()).toEqual([id]);
  });
});
