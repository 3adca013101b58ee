/**
 * Secrets of the cluster that a kubeconfig names, or of the one this process runs in: for the command line.
 * Loads the client and connects with the first use. The Action never reaches this file.
 */
import type { Destination, Runtime } from '../../engine/ports.ts';
import type { KubernetesSecretRef } from './descriptor.ts';
import { commitDeadlineMs, type KubernetesSecrets, type SecretPlace } from './secrets.ts';

export interface ClusterAccess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** Of keyturn. */
  readonly version: string;
  readonly runtime: Runtime;
}

interface Connected {
  open(ref: KubernetesSecretRef, place: SecretPlace): Promise<Destination>;
  close(): Promise<void>;
}

export function kubernetesSecretsOnDemand(access: ClusterAccess): KubernetesSecrets {
  let connecting: Promise<Connected> | undefined;
  const connect = () => {
    connecting ??= load(access);
    return connecting;
  };
  return {
    open: (ref, place) => {
      let opening: Promise<Destination> | undefined;
      const open = () => {
        opening ??= connect().then((connected) => connected.open(ref, place));
        return opening;
      };
      return {
        key: place.key,
        commitDeadlineMs,
        recordsPending: false,
        read: async (signal) => await (await open()).read(signal),
        preflight: async (signal) => await (await open()).preflight(signal),
        write: async (next, signal) => await (await open()).write(next, signal),
        withdraw: async (what, signal) => await (await open()).withdraw(what, signal),
      };
    },
    close: async () => await (await connecting)?.close(),
  };
}

async function load({ env, homeFolder, version, runtime }: ClusterAccess): Promise<Connected> {
  const [{ createKubernetesClient }, { chooseAccess }, { openSecret }, { failedAs }] = await Promise.all([
    import('../../kubernetes/client.ts'),
    import('../../kubernetes/choose-access.ts'),
    import('./open-secret.ts'),
    import('./failure.ts'),
  ]);
  const monotonicMs = () => runtime.monotonicMs();
  const access = await chooseAccess({ env, homeFolder, monotonicMs });
  const client = createKubernetesClient({ access, version, runtime });
  return {
    open: async (ref, { key, owner, ...given }) => {
      try {
        const namespace = given.namespace ?? (await access.namespace()) ?? 'default';
        return openSecret(client, { ref, key, namespace, owner });
      } catch (error) {
        throw failedAs('unknown', key, error);
      }
    },
    close: () => client.close(),
  };
}
