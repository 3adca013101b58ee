/** The custom resource definitions of the checkout, in a test cluster. */
import { join } from 'node:path';
import { kubectl } from './shared.ts';
import type { ClusterFacts } from './start-cluster.ts';

export const manifestsFolder = join(import.meta.dirname, '..', '..', '..', 'manifests');

const names = ['tokensets', 'clustertokenissuers'].map((plural) => `crd/${plural}.keyturn.dev`);

/** Installs them and waits until they are served. Doing it again changes nothing. */
export async function installCustomResources(cluster: ClusterFacts): Promise<void> {
  const crds = join(manifestsFolder, 'crd');
  await kubectl(cluster, ['apply', '--server-side', '--force-conflicts', '-k', crds]);
  await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=120s', ...names]);
}
