import { describe, expect, it } from '@jest/globals';
import { applied, manifestOf, startCli } from './harness.ts';

describe('a saved plan', () => {
  it('is applied while it says what would be done', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    expect(await cli.run('plan', '--save', 'plan.json')).toMatchObject({ code: 0 });
    cli.emulator.clock.advance(60_000);
    expect(await cli.run('apply', '--yes', '--plan', 'plan.json')).toMatchObject({ code: 0 });
    expect(await cli.live()).toEqual([await cli.served()]);
  });

  it('is refused with what moved when the manifest asks for more now', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    await cli.run('plan', '--save', 'plan.json');
    await cli.write(
      'tokens.yaml',
      manifestOf(cli).replace('[projects:read]', '[projects:read, services:write]'),
    );
    const result = await cli.run('apply', '--yes', '--plan', 'plan.json');
    expect(result.code).toBe(3);
    expect(result.err).toContain('ci/deploy');
    expect(result.err).toContain('Nothing was changed');
    expect(await cli.tokens()).toEqual([]);
  });

  it('is refused when it was carried out already', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    await cli.run('plan', '--save', 'plan.json');
    await applied(cli);
    const served = await cli.served();
    expect(await cli.run('apply', '--yes', '--plan', 'plan.json')).toMatchObject({ code: 3 });
    expect(await cli.live()).toEqual([served]);
  });

  it('that is none is told from one that is missing', async () => {
    const cli = await startCli();
    await applied(cli);
    await cli.write('plan.json', '{}');
    const wrong = await cli.run('apply', '--yes', '--plan', 'plan.json');
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('plan.json is not a plan');
    const missing = await cli.run('apply', '--yes', '--plan', 'other.json');
    expect(missing.code).toBe(1);
    expect(missing.err).toContain('other.json cannot be read (ENOENT)');
  });
});
