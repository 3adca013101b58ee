/**
 * Runs the tests that need a real Kubernetes API server: `npm run test:cluster`, with arguments of jest.
 * Finds or builds the programs, starts the cluster that the files share, and stops it whatever happens.
 */
import { spawn } from 'node:child_process';
import { findAssets } from './kit/assets.ts';
import { sharedVariable } from './kit/shared.ts';
import { type ClusterFacts, startCluster } from './kit/start-cluster.ts';

const assets = findAssets();
if (assets.kind === 'missing') {
  console.log(`SKIPPED: no test ran on a real Kubernetes API server: ${assets.why}.`);
  console.log('SKIPPED: install Go (go.dev/dl), or name a folder of envtest binaries in KUBEBUILDER_ASSETS.');
} else {
  process.exitCode = await run(assets.bin);
}

async function run(bin: string): Promise<number> {
  // A signal ends jest, then the cluster; the keeper of the cluster sees to anything rougher.
  let end: NodeJS.Signals | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      end = signal;
    });
  const cluster = await startCluster(bin, { manager: true });
  const { url, ca, token, kubeconfig, folder, serviceAccountKey, etcdUrl } = cluster;
  const facts = { bin, url, ca, token, kubeconfig, folder, serviceAccountKey, etcdUrl };
  const shared = JSON.stringify(facts satisfies ClusterFacts);
  try {
    if (end) return 130;
    const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const config = ['node_modules/jest/bin/jest.js', '--config', 'jest.cluster.config.mjs'];
    const child = spawn(process.execPath, [...jest, ...config, ...process.argv.slice(2)], {
      stdio: 'inherit',
      env: { ...process.env, [sharedVariable]: shared },
    });
    const forward = setInterval(() => end && child.kill(end), 200);
    const code = await new Promise<number>((resolve) => {
      child.on('exit', (status, signal) => resolve(status ?? (signal ? 1 : 0)));
    });
    clearInterval(forward);
    return code;
  } finally {
    await cluster.stop();
  }
}
