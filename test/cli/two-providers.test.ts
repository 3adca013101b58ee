import { describe, expect, it } from '@jest/globals';
import { aivenManifest, type Both, dayMs, determinedManifest, startBothCli } from './both.ts';

const files = ['-f', 'tokens.yaml', '-f', 'det.yaml'];

async function startWithManifests(): Promise<Both> {
  const cli = await startBothCli();
  await cli.write('tokens.yaml', aivenManifest(cli));
  await cli.write('det.yaml', determinedManifest(cli));
  return cli;
}

describe('two providers in one run', () => {
  it('are planned and applied together, each with the credential of its own tool', async () => {
    const cli = await startWithManifests();
    const planned = await cli.run('plan', ...files);
    expect(planned).toMatchObject({ code: 0, err: '' });
    expect(planned.out).toMatch(/payments · aiven .*\n[\s\S]*ci\/deploy/);
    expect(planned.out).toMatch(/training · determined 127\.0\.0\.1:\d+/);
    expect(await cli.run('apply', '--yes', ...files)).toMatchObject({ code: 0, err: '' });
    const again = await cli.run('apply', '--yes', ...files);
    expect(again.code).toBe(0);
    expect(again.out.match(/No changes\./g)).toHaveLength(2);
    expect(await cli.control('check', { token: await cli.value('det.env') })).toMatchObject({ live: true });
  });

  it('rotate each by its own calendar', async () => {
    const cli = await startWithManifests();
    await cli.run('apply', '--yes', ...files);
    const before = { aiven: await cli.value('aiven.env'), det: await cli.value('det.env') };
    cli.emulators.clock.advance(25 * dayMs);
    const { code, out } = await cli.run('apply', '--yes', ...files);
    expect(code).toBe(0);
    expect(out).toContain('trainer/submit');
    expect(await cli.value('aiven.env')).toBe(before.aiven);
    expect(await cli.value('det.env')).not.toBe(before.det);
    expect(await cli.control('check', { token: before.det })).toMatchObject({ live: true });
  });

  it('send nothing at all when one credential would go to both', async () => {
    const cli = await startWithManifests();
    await cli.write('credential.env', cli.emulators.aiven.adminToken);
    await cli.counts();
    for (const verb of [['plan'], ['apply', '--yes'], ['tokens'], ['doctor'], ['status']]) {
      const { code, out, err } = await cli.run(...verb, ...files, '--credentials-file', 'credential.env');
      expect({ verb, code }).toEqual({ verb, code: 1 });
      expect(out + err).toContain('so nothing was sent. Give each provider its own');
    }
    expect(await cli.counts()).toEqual({ aiven: 0, determined: 0 });
    expect(await cli.run('plan', '--credentials-file', 'credential.env')).toMatchObject({ code: 0 });
  });

  it('take --provider-url for the one whose manifest writes it', async () => {
    const cli = await startWithManifests();
    delete cli.env['DET_MASTER'];
    const refused = await cli.run('plan', ...files);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('is not named outside the manifest');
    const { url } = cli.emulators.determined;
    expect(await cli.run('plan', ...files, '--provider-url', url)).toMatchObject({ code: 0, err: '' });
  });
});
