// The command line delivers to a Secret of a real cluster, through a kubeconfig.
import { describe, expect, it } from '@jest/globals';
import { type Cli, manifestOf, startCli } from '../cli/harness.ts';
import { admin, freshNamespace, sharedCluster } from './kit/shared.ts';

const cluster = sharedCluster();

async function startBoth(): Promise<{
  readonly cli: Cli;
  readonly namespace: string;
  readonly secret: () => Promise<{ readonly token: string | undefined; readonly metadata: Metadata }>;
}> {
  const cli = await startCli();
  const namespace = await freshNamespace(cluster);
  const delivery = '{kubernetesSecret: {name: aiven-deploy, key: token, labels: {app: ci}}}';
  const manifest = manifestOf(cli).replace(/\{file: .*\}\}/, delivery);
  await cli.write(
    'tokens.yaml',
    manifest.replace(/(metadata:.*?)name: (\w+)/s, `$1namespace: ${namespace}, name: $2`),
  );
  cli.env['KUBECONFIG'] = cluster.kubeconfig;
  const path = `/api/v1/namespaces/${namespace}/secrets/aiven-deploy`;
  const secret = async () => {
    const { body } = await admin(cluster, 'GET', path, { accept: [404] });
    const token = body.data?.token;
    return { token: token && Buffer.from(token, 'base64').toString(), metadata: body.metadata };
  };
  return { cli, namespace, secret };
}

interface Metadata {
  readonly labels?: object;
  readonly ownerReferences?: unknown;
}

describe('the command line with a Secret of a cluster', () => {
  it('plans, delivers, has nothing left to do, rotates, and takes all of it away', async () => {
    const { cli, secret } = await startBoth();
    const plan = await cli.run('plan');
    expect(plan).toMatchObject({ code: 0, err: '' });
    expect(plan.out).toMatch(/\+ ci\/deploy +create/);
    expect((await secret()).token).toBeUndefined();
    expect(await cli.run('apply', '--yes')).toMatchObject({ code: 0, err: '' });
    const [id] = await cli.live();
    const delivered = await secret();
    expect(delivered.token?.slice(0, 12)).toBe(id);
    expect([delivered.metadata.labels, delivered.metadata.ownerReferences]).toEqual([
      { app: 'ci' },
      undefined,
    ]);
    expect((await cli.run('plan', '--detailed-exitcode')).code).toBe(0);
    expect((await cli.run('rotate', 'ci/deploy', '--yes')).code).toBe(0);
    expect((await secret()).token?.slice(0, 12)).toBe((await cli.live())[1]);
    expect((await cli.run('doctor')).out).toContain('kubernetesSecret/aiven-deploy#token can be written');
    expect((await cli.run('destroy', '--yes')).code).toBe(0);
    expect((await secret()).token).toBeUndefined();
    expect(await cli.live()).toEqual([]);
  });

  it('refuses a Secret that holds what it did not deliver', async () => {
    const { cli, namespace } = await startBoth();
    const body = { metadata: { name: 'aiven-deploy' }, data: { password: 'eA==' } };
    await admin(cluster, 'POST', `/api/v1/namespaces/${namespace}/secrets`, { body });
    const result = await cli.run('apply', '--yes');
    expect([result.code, result.out + result.err]).toEqual([3, expect.stringContaining('did not deliver')]);
    expect(await cli.tokens()).toEqual([]);
  });

  it('says what is missing where there is no kubeconfig, and issues nothing', async () => {
    const { cli } = await startBoth();
    cli.env['KUBECONFIG'] = `${cli.folder}/none`;
    const result = await cli.run('apply', '--yes');
    expect([result.code, result.out + result.err]).toEqual([1, expect.stringContaining('no kubeconfig')]);
    expect(await cli.tokens()).toEqual([]);
  });
});
