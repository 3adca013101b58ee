/** The way to a cluster that kubectl would take: a kubeconfig, else the pod that this process runs in. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Access } from './access.ts';
import { inClusterAccess, isInCluster } from './in-cluster.ts';

export interface AccessOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly monotonicMs: () => number;
}

/** Reads nothing yet but whether there is a kubeconfig. */
export async function chooseAccess(options: AccessOptions): Promise<Access> {
  const { env, homeFolder, monotonicMs } = options;
  const isNamed = Boolean(env['KUBECONFIG']) || existsSync(join(homeFolder, '.kube', 'config'));
  if (!isNamed && isInCluster(env)) return inClusterAccess({ env, monotonicMs });
  // client-node takes a second to load.
  const { kubeconfigAccess } = await import('./kubeconfig.ts');
  return kubeconfigAccess(options);
}
