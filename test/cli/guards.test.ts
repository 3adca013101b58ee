import { describe, expect, it } from '@jest/globals';
import { applied, hourMs, manifestOf, startCli } from './harness.ts';

const four = ['deploy', 'one', 'two', 'three'];

describe('a guard', () => {
  it('refuses to revoke half of the tokens, does the rest, and ends with 3', async () => {
    const cli = await startCli();
    await applied(cli, four);
    const before = await cli.live();
    await cli.write('tokens.yaml', manifestOf(cli, ['deploy', 'one', 'fresh']));
    const result = await cli.run('apply', '--yes');
    expect(result.code).toBe(3);
    expect(result.out).toContain('--acknowledge revoke-threshold');
    const after = await cli.live();
    expect(after).toEqual(expect.arrayContaining([...before]));
    expect(after).toHaveLength(before.length + 1);
  });

  it('gives way to the word that it names', async () => {
    const cli = await startCli();
    await applied(cli, four);
    await cli.write('tokens.yaml', manifestOf(cli));
    const result = await cli.run('apply', '--yes', '--acknowledge', 'revoke-threshold');
    expect(result.code).toBe(0);
    expect(await cli.live()).toEqual([await cli.served()]);
  });

  it('does not stop a plan from being shown', async () => {
    const cli = await startCli();
    await applied(cli, four);
    await cli.write('tokens.yaml', manifestOf(cli, []));
    const result = await cli.run('plan');
    expect(result.code).toBe(0);
    expect(result.out).toContain('removes everything');
  });
});

describe('a receipt that lies elsewhere', () => {
  it('is refused until someone says to issue anew', async () => {
    const cli = await startCli();
    await applied(cli);
    const [old] = await cli.live();
    await cli.write('elsewhere.yaml', manifestOf(cli).replace('aiven.env', 'other/aiven.env'));
    const refused = await cli.run('apply', '--yes', '-f', 'elsewhere.yaml');
    expect(refused.code).toBe(3);
    expect(await cli.live()).toEqual([old]);
    const waived = await cli.run('apply', '--yes', '-f', 'elsewhere.yaml', '--acknowledge', 'reissue');
    expect(waived.code).toBe(0);
    expect(await cli.live()).toHaveLength(2);
  });
});

describe('a token that dies without a successor', () => {
  it('makes apply and status end with 1', async () => {
    const cli = await startCli();
    await applied(cli);
    cli.emulator.clock.advance(84 * 24 * hourMs);
    await cli.control('faults', { fault: 'serverErrorBeforeApply=always,on=POST access-tokens$' });
    const result = await cli.run('apply', '--yes');
    expect(result.code).toBe(1);
    expect(result.out).toContain('FAILED');
    expect(await cli.run('status')).toMatchObject({ code: 1 });
  });
});

describe('what cannot be read', () => {
  it('makes plan and apply end with 1 and is left as it is', async () => {
    const cli = await startCli();
    await applied(cli);
    await cli.write('aiven.env.AIVEN_TOKEN.receipt.json', 'garbage');
    expect(await cli.run('plan')).toMatchObject({ code: 1 });
    const result = await cli.run('apply', '--yes');
    expect(result.code).toBe(1);
    expect(result.err).toContain('Not everything could be read');
    expect(await cli.read('aiven.env.AIVEN_TOKEN.receipt.json')).toBe('garbage');
  });
});
