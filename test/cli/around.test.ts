import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { applied, hourMs, manifestOf, startCli } from './harness.ts';

describe('doctor', () => {
  it('finds nothing wrong where everything is right, and changes nothing', async () => {
    const cli = await startCli({ clock: { frozen: false } });
    await applied(cli);
    const before = await cli.read('aiven.env');
    const { code, out } = await cli.run('doctor');
    expect(out).not.toMatch(/^[✗!]/m);
    expect(code).toBe(0);
    for (const line of [
      'found in AIVEN_TOKEN',
      'alive, of Emulator Admin',
      'administers',
      'agrees',
      'can be written',
    ])
      expect(out).toContain(line);
    expect(await cli.read('aiven.env')).toBe(before);
  });

  it('says what is wrong with each thing at once', async () => {
    const cli = await startCli({ clock: { frozen: false } });
    await cli.write('tokens.yaml', manifestOf(cli).replace(/ +ownerId.*\n/, ''));
    await writeFile(join(cli.folder, 'aiven.env'), 'OTHER=1\n', { mode: 0o644 });
    cli.emulator.clock.advance(3 * hourMs);
    const { code, out } = await cli.run('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/✗ set "payments" has no ownerId/);
    expect(out).toMatch(/! clock: this machine is (2h59m\d+s|3h\d*s?) behind/);
    expect(out).toMatch(/! ci\/deploy: .*mode 0644/);
  });

  it('says that a role cannot be seen rather than that it is missing', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    const { token } = await cli.control('users', {
      email: 'ada@example.com',
      organizationId: cli.emulator.organizationId,
      permissions: ['organization:app_users:write'],
    });
    cli.env['AIVEN_TOKEN'] = String(token);
    const { out } = await cli.run('doctor');
    expect(out).toMatch(/! rights: .*cannot be seen/);
  });

  it('goes on to the destinations when the credential is dead', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    cli.env['AIVEN_TOKEN'] = 'wrong';
    const { code, out } = await cli.run('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/✗ aiven: .*401/);
    expect(out).toContain('✓ ci/deploy');
  });

  it('works with an organization alone, and asks for one where there is no manifest', async () => {
    const cli = await startCli({ clock: { frozen: false } });
    expect((await cli.run('doctor')).out).toContain('--organization');
    expect(await cli.run('doctor', '--organization', cli.emulator.organizationId)).toMatchObject({ code: 0 });
  });
});

describe('emulator', () => {
  it('serves until it is interrupted and says how to use it', async () => {
    const cli = await startCli();
    const said: string[] = [];
    const served = new Promise<readonly string[]>((resolve) => {
      cli.onWrite((text) => {
        said.push(text);
        const [, ...urls] = /AIVEN_WEB_URL=(\S+)[\s\S]*DET_MASTER=(\S+)/.exec(said.join('')) ?? [];
        if (urls.length > 0) resolve(urls);
      });
    });
    const running = cli.run('emulator', '--set', 'rateLimit=off', '--state', 'state.json');
    const urls = await served;
    expect(new Set(urls).size).toBe(2);
    for (const url of urls) expect((await fetch(`${url}/_control`)).status).toBe(200);
    cli.interrupt();
    expect(await running).toMatchObject({ code: 0, err: '' });
    for (const url of urls) await expect(fetch(`${url}/_control`)).rejects.toThrow('fetch failed');
    expect(Object.keys(JSON.parse(await cli.read('state.json')).services)).toEqual(['aiven', 'determined']);
  });

  it('refuses a toggle, a fault and a port that it does not have', async () => {
    const cli = await startCli();
    expect((await cli.run('emulator', '--set', 'listLag=3')).err).toContain('Did you mean "listLagMs"?');
    expect((await cli.run('emulator', '--fault', 'dropAll')).err).toContain('Unknown fault "dropAll"');
    expect((await cli.run('emulator', '--port', 'http')).err).toContain('0 to 65535');
    const port = new URL(cli.emulator.url).port;
    for (const option of ['--port', '--determined-port']) {
      expect((await cli.run('emulator', option, port)).err).toContain('EADDRINUSE');
    }
  });
});

describe('demo', () => {
  it('tells the whole story with the real verbs and leaves nothing behind', async () => {
    const cli = await startCli();
    const { code, out, err } = await cli.run('demo');
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out.match(/^\d\. .*/gm)).toHaveLength(8);
    const [, old] = /^ {2}(\S{12}) {2}the old one {2}works/m.exec(out) ?? [];
    expect(out).toMatch(
      new RegExp(`^ {2}${(old ?? '?').replace(/[+/]/g, '\\$&')} {2}the old one {2}is refused`, 'm'),
    );
    expect(out.match(/the new one {2}works/g)).toHaveLength(2);
    expect(out).toMatch(/etl\/hourly +rotate +its token is gone/);
    expect(out).toMatch(/… etl\/report +drained/);
    expect(out.match(/- etl\/report +revoked/g)).toHaveLength(3);
    expect(out).toContain('1 unmanaged token, 1 owned by');
    expect(out).toContain('Exit code 3. Nothing was revoked');
    expect(out).toMatch(/5 current.*\nNo changes\./);
    expect(out).toMatch(/\+ trainer\/notebooks +created +generation 1/);
    expect(out).toContain('Every token of user "trainer" ended at once.');
    expect(out).toMatch(/± trainer\/notebooks +rotated +generation 2/);
    expect(out).not.toMatch(/could not be tried|v2\.public|[A-Za-z0-9+/]{60}/);
  });
});
