// The README's section on Kubernetes, run as it is written, on a cluster that holds nothing else. A pod needs
// a kubelet, so the controller runs as a process with the token of the service account that was installed.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/start.ts';
import { formatKubeconfig, launch } from './controller/stage.ts';
import { sharedCluster, tokenFor } from './kit/shared.ts';
import { type Cluster, startCluster } from './kit/start-cluster.ts';

const root = join(import.meta.dirname, '..', '..');
const home = 'keyturn-system';
const said: string[] = [];
let cluster: Cluster;
let emulator: Emulator;
let folder: string;
let controller: Awaited<ReturnType<typeof launch>> | undefined;

beforeAll(async () => {
  cluster = await startCluster(sharedCluster().bin);
  emulator = await startEmulator();
  folder = mkdtempSync(join(tmpdir(), 'keyturn-readme-'));
});

afterAll(async () => {
  await controller?.stop();
  await emulator?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The fenced blocks of the section, in their order. */
function blocks(language: string): readonly string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, section = ''] = readme.split('\n## In Kubernetes\n');
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/```(\w+)\n(.*?)```/gs)].flatMap(([, name, text = '']) =>
    name === language ? text : [],
  );
}

/** Runs the lines of a block in a shell, as a person pastes them. */
async function paste(script: string): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${cluster.bin}${delimiter}${process.env['PATH']}`,
    KUBECONFIG: cluster.kubeconfig,
    AIVEN_TOKEN: emulator.adminToken,
  };
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { cwd: folder, env });
  return stdout;
}

describe('the README on Kubernetes', () => {
  it('leads from nothing to a Secret with a token that works', async () => {
    const [install = '', use = ''] = blocks('sh');
    const [tokenSet = ''] = blocks('yaml');
    await paste(install.replace('-k manifests', `-k ${join(root, 'manifests')}`));
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, formatKubeconfig(cluster, await tokenFor(cluster, home, 'keyturn')));
    const env = { KEYTURN_NAMESPACE: '' };
    controller = await launch(kubeconfig, { namespace: '', home, said, env });
    const place = `organizationId: ${emulator.organizationId}\n      url: ${emulator.url}`;
    writeFileSync(join(folder, 'tokens.yaml'), tokenSet.replace('organizationId: org1a23f456789', place));
    const [listing, value = ''] = (await paste(use)).split(/\n(?=[^\n]*$)/);
    expect(listing).toMatch(/NAME +READY.*\npayments +True/);
    const answer = await fetch(`${emulator.controlUrl}/check`, {
      method: 'POST',
      body: JSON.stringify({ token: value }),
    });
    expect(await answer.json()).toMatchObject({ live: true });
  });
});
