/**
 * Access from within a pod: the service account's token and the cluster's CA, which the kubelet writes into a
 * folder and exchanges while we run. Both are read again every few seconds.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretValue } from '../core/secret.ts';
import type { Access, AccessFacts } from './access.ts';
import { KubernetesError } from './failures.ts';

export interface InClusterOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly monotonicMs: () => number;
  /** Where the kubelet writes. */
  readonly folder?: string;
}

const defaultFolder = '/var/run/secrets/kubernetes.io/serviceaccount';
/** A token is exchanged minutes before its end, so seconds are soon enough. */
const readAgainAfterMs = 5000;

/** Whether this process runs in a pod that may talk to its API server. */
export function isInCluster(env: InClusterOptions['env']): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST'] && env['KUBERNETES_SERVICE_PORT']);
}

export function inClusterAccess({ env, monotonicMs, folder = defaultFolder }: InClusterOptions): Access {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT']}`;
  let known: { readonly facts: AccessFacts; readonly texts: string; readonly readAtMs: number } | undefined;
  let reading: Promise<AccessFacts> | undefined;

  const readAnew = async (): Promise<AccessFacts> => {
    const readAtMs = monotonicMs();
    try {
      const [token, ca] = await Promise.all([read(folder, 'token'), read(folder, 'ca.crt')]);
      const texts = `${token}\n${ca}`;
      const authorization = new SecretValue(`Bearer ${token.trim()}`);
      // The same object while nothing has changed.
      const facts = known?.texts === texts ? known.facts : { server, tls: { ca }, authorization };
      known = { facts, texts, readAtMs };
      return facts;
    } catch (error) {
      // What worked a moment ago may still do.
      if (known) return known.facts;
      const why = `the service account of this pod cannot be read in ${folder}`;
      throw new KubernetesError(`kubernetes: ${why}. Is automountServiceAccountToken off?`, 'unauthorized', {
        cause: error,
      });
    }
  };
  const refresh = (): Promise<AccessFacts> => {
    reading ??= readAnew().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  return {
    current: async () => {
      if (known && monotonicMs() - known.readAtMs < readAgainAfterMs) return known.facts;
      return await refresh();
    },
    renew: async () => void (await refresh()),
    namespace: async () => (await read(folder, 'namespace').catch(() => '')).trim() || undefined,
  };
}

async function read(folder: string, name: string): Promise<string> {
  return await readFile(join(folder, name), 'utf8');
}
