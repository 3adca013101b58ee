import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { applied, manifestOf, startCli } from './harness.ts';

describe('from nothing to a delivered token', () => {
  it('writes a manifest that is valid, plans it, applies it, and then has nothing to do', async () => {
    const cli = await startCli();
    const { organizationId } = cli.emulator;
    const first = await cli.run('init', '--name', 'payments', '--organization', organizationId);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(await cli.read('tokens.yaml')).toMatch(/ownerId: payments-[a-z2-7]{6}\n/);
    expect(await cli.run('validate')).toMatchObject({ code: 0, out: 'No problems: 1 set, 1 token.\n' });

    const plan = await cli.run('plan');
    expect(plan).toMatchObject({ code: 0, err: '' });
    expect(plan.out).toMatch(/\+ ci-deployer\/deploy +create +new in tokens\.yaml:/);
    expect(await cli.tokens()).toEqual([]);

    const apply = await cli.run('apply', '--yes');
    expect(apply.code).toBe(0);
    expect(apply.out).toContain('Applied: 1 user created, 1 created.');
    expect((await stat(join(cli.folder, 'secrets', 'aiven.env'))).mode & 0o777).toBe(0o600);
    expect(await cli.live()).toHaveLength(1);

    const again = await cli.run('plan', '--detailed-exitcode');
    expect(again.code).toBe(0);
    expect(again.out).toContain('No changes.');
    const status = await cli.run('status');
    expect(status.code).toBe(0);
    expect(status.out).toMatch(/ci-deployer\/deploy +ok +1/);
  });

  it('never overwrites a manifest', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', 'mine\n');
    const result = await cli.run('init');
    expect(result.code).toBe(1);
    expect(result.err).toContain('tokens.yaml is there already');
    expect(await cli.read('tokens.yaml')).toBe('mine\n');
  });

  it('refuses a name that no set can have before it writes anything', async () => {
    const cli = await startCli();
    const result = await cli.run('init', '--name', 'Not A Name');
    expect(result.code).toBe(1);
    expect(result.err).toContain('Kubernetes name');
    await expect(cli.read('tokens.yaml')).rejects.toThrow('ENOENT');
  });

  it('applies nothing without a terminal and without --yes', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    const result = await cli.run('apply');
    expect(result.code).toBe(3);
    expect(result.err).toContain('run with --yes');
    expect(await cli.tokens()).toEqual([]);
  });

  it('applies only after the word yes', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    cli.answers.push('y');
    expect(await cli.run('apply')).toMatchObject({ code: 1, err: 'Nothing was changed.\n' });
    expect(await cli.tokens()).toEqual([]);
    cli.answers.push('yes');
    expect(await cli.run('apply')).toMatchObject({ code: 0 });
    expect(cli.questions).toEqual(Array(2).fill("Apply these changes? Only 'yes' is accepted: "));
    expect(await cli.live()).toEqual([await cli.served()]);
  });

  it('asks nothing when there is nothing to do', async () => {
    const cli = await startCli();
    await applied(cli);
    expect(await cli.run('apply')).toMatchObject({ code: 0, err: '' });
  });

  it('reads a manifest from standard input and paths from the working folder', async () => {
    const cli = await startCli();
    cli.stdin = manifestOf(cli);
    expect(await cli.run('apply', '--yes', '-f', '-')).toMatchObject({ code: 0 });
    expect(await cli.live()).toEqual([await cli.served()]);
  });

  it('plans several files in one run', async () => {
    const cli = await startCli();
    await cli.write('one.yaml', manifestOf(cli));
    await cli.write(
      'two.yaml',
      manifestOf(cli, ['other']).replace('name: payments', 'name: billing').replace('name: ci', 'name: etl'),
    );
    const result = await cli.run('apply', '--yes', '-f', 'one.yaml', '-f', 'two.yaml');
    expect(result.code).toBe(0);
    expect(await cli.live()).toHaveLength(2);
    expect(await cli.run('plan', '-f', 'one.yaml', '-f', 'two.yaml', '--detailed-exitcode')).toMatchObject({
      code: 0,
    });
  });
});

describe('a manifest that cannot be used', () => {
  it('has all its problems said at once, with their places, and nothing is asked', async () => {
    const cli = await startCli();
    await cli.write(
      'tokens.yaml',
      manifestOf(cli).replace('maxAge: 90d', 'maxAge: 90x').replace('scopes:', 'scope:'),
    );
    for (const verb of ['validate', 'plan', 'apply']) {
      const result = await cli.run(verb);
      expect(result.code).toBe(1);
      expect(result.out + result.err).toMatch(/tokens\.yaml:7:\d+ +.*maxAge "90x"/);
      expect(result.out + result.err).toMatch(/tokens\.yaml:12:\d+ +.*scopes/);
    }
    expect(await cli.control('requests')).toMatchObject({ arrived: {} });
  });

  it('is asked for by its name when it is not there', async () => {
    const cli = await startCli();
    expect((await cli.run('plan')).err).toContain('"keyturn init"');
    expect((await cli.run('plan', '-f', 'other.yaml')).err).toContain('other.yaml cannot be read (ENOENT)');
  });

  it('without an owner id is told what to add', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli).replace(/ +ownerId.*\n/, ''));
    expect(await cli.run('validate')).toMatchObject({ code: 0 });
    const result = await cli.run('plan');
    expect(result.code).toBe(1);
    expect(result.err).toMatch(/tokens\.yaml:3:\d+ .*no ownerId.*ownerId: payments-[a-z2-7]{6}/s);
  });

  it('whose set an issuer serves is left to the controller', async () => {
    const cli = await startCli();
    const text = manifestOf(cli).replace(/provider: .*/, 'issuerRef: {kind: ClusterTokenIssuer, name: prod}');
    await cli.write('tokens.yaml', text);
    const result = await cli.run('plan');
    expect(result.code).toBe(1);
    expect(result.err).toContain('the controller applies it');
  });
});

describe('a wrong command line', () => {
  it('ends with 1 and a suggestion', async () => {
    const cli = await startCli();
    const result = await cli.run('aply');
    expect(result.code).toBe(1);
    expect(result.err).toContain('Did you mean apply?');
    expect(await cli.run('plan', '--outptu', 'json')).toMatchObject({ code: 1 });
    expect(await cli.run('--output', 'xml', 'plan')).toMatchObject({ code: 1 });
  });

  it('shows help for every verb, each with an example', async () => {
    const cli = await startCli();
    const { out } = await cli.run('--help');
    const verbs = [...out.matchAll(/^ {2}([a-z][a-z-]*)(?: \[options\]| <| {2})/gm)].map(
      ([, verb = '']) => verb,
    );
    expect(verbs).toEqual(expect.arrayContaining(['init', 'apply', 'tokens', 'expire-all', 'demo']));
    for (const verb of verbs.filter((name) => name !== 'help')) {
      const shown = await cli.run(verb, '--help');
      expect(shown.code).toBe(0);
      expect(shown.out).toMatch(/\nExamples?:\n {2}.*keyturn/);
    }
  });
});
