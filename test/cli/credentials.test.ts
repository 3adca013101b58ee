import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { applied, manifestOf, startCli } from './harness.ts';

describe('the credential', () => {
  it('that is missing has every place named that was looked at', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    delete cli.env['AIVEN_TOKEN'];
    const result = await cli.run('plan');
    expect(result.code).toBe(1);
    for (const place of [
      'AIVEN_TOKEN',
      'AIVEN_AUTH_TOKEN',
      join('.config', 'aiven', 'aiven-credentials.json'),
    ])
      expect(result.err).toContain(place);
    expect(result.err).toContain('keyturn login');
  });

  it('that does not work ends the run with what to do', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    cli.env['AIVEN_TOKEN'] = 'wrong';
    const result = await cli.run('apply', '--yes');
    expect(result.code).toBe(1);
    expect(result.err).toContain('401');
    expect(result.err).toContain('log in again');
    expect(result.err).not.toContain('bug');
    expect(await cli.tokens()).toEqual([]);
  });

  it('is taken from the file that --credentials-file names', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    await cli.write('admin.env', cli.emulator.adminToken);
    cli.env['AIVEN_TOKEN'] = 'wrong';
    expect(await cli.run('plan', '--credentials-file', 'admin.env')).toMatchObject({ code: 0 });
    const missing = await cli.run('plan', '--credentials-file', 'other.env');
    expect(missing.code).toBe(1);
    expect(missing.err).toContain('other.env does not exist');
  });
});

describe('the organization', () => {
  it('that cannot be seen leaves everything as it is and ends with 1', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli).replace(cli.emulator.organizationId, 'org1a23f456789'));
    for (const args of [['plan'], ['apply', '--yes']]) {
      const result = await cli.run(...args);
      expect(result.code).toBe(1);
      expect(result.out).toContain('Check the organization id');
    }
  });

  it('that is another than that of the receipts is refused', async () => {
    const cli = await startCli();
    await applied(cli);
    const served = await cli.served();
    const { organization_id: other } = await cli.control('organizations', { name: 'other' });
    await cli.write('tokens.yaml', manifestOf(cli).replace(cli.emulator.organizationId, String(other)));
    // The user is there too, so that nothing but the receipt speaks against it.
    const result = await cli.run('apply', '--yes');
    expect(result.code).toBe(3);
    expect(result.out).toContain('make a new set');
    expect(await cli.live()).toEqual([served]);
  });
});

describe('the url', () => {
  it('of a manifest gets no credential unless it is named outside', async () => {
    const cli = await startCli();
    const { organizationId, url } = cli.emulator;
    const text = manifestOf(cli).replace(organizationId, `${organizationId}, url: "${url}"`);
    await cli.write('tokens.yaml', text);
    delete cli.env['AIVEN_WEB_URL'];
    const result = await cli.run('plan');
    expect(result.code).toBe(1);
    expect(result.err).toContain('is not named outside the manifest');
    expect(await cli.control('requests')).toMatchObject({ arrived: {} });
    expect(await cli.run('plan', '--provider-url', url)).toMatchObject({ code: 0 });
    expect(await cli.run('plan', '--provider-url', 'http://127.0.0.1:1')).toMatchObject({ code: 1 });
  });

  it('named by --provider-url stands in for the default', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    const { url } = cli.emulator;
    delete cli.env['AIVEN_WEB_URL'];
    expect(await cli.run('plan', '--provider-url', url)).toMatchObject({ code: 0 });
  });

  it('where nobody answers is said to be unreachable, not a bug', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    const result = await cli.run('plan', '--provider-url', 'http://127.0.0.1:1');
    expect(result.code).toBe(1);
    expect(result.err).toContain('http://127.0.0.1:1');
    expect(result.err).not.toContain('bug');
  });
});
