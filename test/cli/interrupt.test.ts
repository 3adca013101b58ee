import { describe, expect, it } from '@jest/globals';
import { applied, type Cli, manifestOf, startCli } from './harness.ts';

/** Waits until a request of this method and path has arrived at the emulator. */
async function arrived(cli: Cli, method: string, end: string): Promise<void> {
  for (;;) {
    const counts = (await cli.control('requests'))['arrived'] as Record<string, number>;
    if (Object.keys(counts).some((route) => route.startsWith(method) && route.endsWith(end))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('SIGINT', () => {
  it('amid an apply finishes what is in flight, begins nothing else, and says what is left', async () => {
    const cli = await startCli({ toggles: { appTokenQuota: 'off' } });
    await applied(cli, []);
    const names = Array.from({ length: 12 }, (_, rank) => `t${rank}`);
    await cli.write('tokens.yaml', manifestOf(cli, names));
    await cli.control('requests', {});
    await cli.control('faults', { fault: 'slowResponse=always,for=150ms,on=POST access-tokens$' });
    const running = cli.run('apply', '--yes');
    await arrived(cli, 'POST', '/access-tokens');
    cli.interrupt();
    const { code, out, err } = await running;
    expect(code).toBe(1);
    expect(err).toContain('what is in flight is finished first');
    expect(out).toContain('left');
    expect(cli.exits).toEqual([]);
    const live = await cli.live();
    expect(live.length).toBeGreaterThan(0);
    expect(live.length).toBeLessThan(names.length);
    // Whatever was issued is delivered, and the rest follows.
    const delivered = ((await cli.read('aiven.env')).match(/^T\d+=/gm) ?? []).length;
    expect(delivered).toBe(live.length);
    expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await cli.live()).toHaveLength(names.length);
  }, 30_000);

  it('a second time ends the process at once', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    await cli.control('faults', { fault: 'slowResponse=always,for=150ms,on=POST access-tokens$' });
    const running = cli.run('apply', '--yes');
    await arrived(cli, 'POST', '/access-tokens');
    cli.interrupt();
    cli.interrupt();
    expect(cli.exits).toEqual([130]);
    await running;
  });

  it('while only reading ends the process at once, with nothing changed', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    cli.answers.push('yes');
    await cli.control('faults', { fault: 'slowResponse=always,for=150ms,on=GET application-users$' });
    const running = cli.run('apply');
    await arrived(cli, 'GET', '/application-users');
    cli.interrupt();
    expect(cli.exits).toEqual([130]);
    const { err } = await running;
    expect(err).toContain('Interrupted; nothing was changed.');
    expect(await cli.tokens()).toEqual([]);
  });
});
