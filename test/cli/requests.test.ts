import { describe, expect, it } from '@jest/globals';
import { applied, hourMs, manifestOf, startCli, variableOf } from './harness.ts';

describe('--only', () => {
  it('applies one declaration and leaves the others alone', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli, ['deploy', 'other']));
    const result = await cli.run('apply', '--yes', '--only', 'ci/deploy');
    expect(result.code).toBe(0);
    expect(await cli.live()).toEqual([await cli.served()]);
    expect(await cli.run('plan', '--detailed-exitcode')).toMatchObject({ code: 2 });
  });

  it('names what is declared when it is given something else', async () => {
    const cli = await startCli();
    await applied(cli);
    const result = await cli.run('plan', '--only', 'ci/nothing');
    expect(result.code).toBe(1);
    expect(result.err).toContain('"ci/nothing" is not declared');
    expect(result.err).toContain('ci/deploy');
  });
});

describe('plan --detailed-exitcode', () => {
  it('ends with 2 while there is something to do, and with 0 after that', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    expect(await cli.run('plan')).toMatchObject({ code: 0 });
    expect(await cli.run('plan', '--detailed-exitcode')).toMatchObject({ code: 2 });
    await applied(cli);
    expect(await cli.run('plan', '--detailed-exitcode')).toMatchObject({ code: 0 });
  });
});

describe('rotate', () => {
  it('replaces one token now and keeps the old one for its overlap', async () => {
    const cli = await startCli();
    await applied(cli, ['deploy', 'other']);
    const [old, other] = [await cli.served(), await cli.served(variableOf('other'))];
    // Pending, and none of its business.
    await cli.write('tokens.yaml', manifestOf(cli, ['deploy', 'other', 'third']));
    const result = await cli.run('rotate', 'ci/deploy', '--yes');
    expect(result.code).toBe(0);
    const fresh = await cli.served();
    expect(fresh).not.toBe(old);
    expect(await cli.served(variableOf('other'))).toBe(other);
    expect(new Set(await cli.live())).toEqual(new Set([old, other, fresh]));

    expect((await cli.run('status')).out).toMatch(/ci\/deploy +rotating +2/);
    await cli.write('tokens.yaml', manifestOf(cli, ['deploy', 'other']));
    cli.emulator.clock.advance(25 * hourMs);
    expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0 });
    expect(new Set(await cli.live())).toEqual(new Set([other, fresh]));
  });

  it('asks first', async () => {
    const cli = await startCli();
    await applied(cli);
    const old = await cli.served();
    cli.answers.push('no');
    expect(await cli.run('rotate', 'ci/deploy')).toMatchObject({ code: 1 });
    expect(await cli.served()).toBe(old);
  });
});

describe('destroy', () => {
  it('takes every value away and revokes every token after the name of the set was typed', async () => {
    const cli = await startCli();
    await applied(cli, ['deploy', 'other']);
    cli.answers.push('paymnets', 'payments');
    expect(await cli.run('destroy')).toMatchObject({ code: 1 });
    expect(await cli.live()).toHaveLength(2);
    const result = await cli.run('destroy');
    expect(result.code).toBe(0);
    expect(result.out).toContain('the whole set is being destroyed');
    expect(await cli.live()).toEqual([]);
    expect(await cli.read('aiven.env').catch(() => '')).not.toContain('TOKEN=');
  });

  it('wants to know which of several sets', async () => {
    const cli = await startCli();
    const two = manifestOf(cli, ['other'])
      .replace('name: payments', 'name: billing')
      .replace('name: ci', 'name: etl');
    await cli.write('tokens.yaml', `${manifestOf(cli)}---\n${two}`);
    expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0 });
    const unclear = await cli.run('destroy', '--yes');
    expect(unclear.code).toBe(1);
    expect(unclear.err).toContain('Name one of: payments, billing');
    expect(await cli.run('destroy', 'billing', '--yes')).toMatchObject({ code: 0 });
    expect(await cli.live()).toEqual([await cli.served()]);
  });
});

describe('forget', () => {
  it('drops the receipts and leaves values and tokens as they are, without asking the provider', async () => {
    const cli = await startCli();
    await applied(cli);
    const before = await cli.read('aiven.env');
    await cli.control('requests', {});
    const result = await cli.run('forget', '--yes');
    expect(result.code).toBe(0);
    expect(result.err).toContain(await cli.served());
    expect(await cli.control('requests')).toMatchObject({ arrived: {} });
    expect(await cli.read('aiven.env')).toBe(before);
    await expect(cli.read('aiven.env.AIVEN_TOKEN.receipt.json')).rejects.toThrow('ENOENT');
    expect(await cli.live()).toEqual([await cli.served()]);
    expect((await cli.run('forget', '--yes')).out).toContain('No destination of "payments"');
  });

  it('leaves a receipt alone that it cannot read, and says so', async () => {
    const cli = await startCli();
    await applied(cli);
    await cli.write('aiven.env.AIVEN_TOKEN.receipt.json', 'garbage');
    const result = await cli.run('forget', '--yes');
    expect(result.code).toBe(1);
    expect(result.err).toContain('left as it is');
    expect(await cli.read('aiven.env.AIVEN_TOKEN.receipt.json')).toBe('garbage');
  });
});
