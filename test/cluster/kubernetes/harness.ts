/** Clients of a test cluster, as the controller and the command line have them. */
import { SecretValue } from '../../../src/core/secret.ts';
import type { Access } from '../../../src/kubernetes/access.ts';
import {
  createKubernetesClient,
  type KubernetesClient,
  type KubernetesOptions,
} from '../../../src/kubernetes/client.ts';
import { KubernetesError } from '../../../src/kubernetes/failures.ts';
import { type Place, secrets } from '../../../src/kubernetes/objects.ts';
import { systemRuntime } from '../../../src/net/runtime.ts';
import type { ClusterFacts } from '../kit/start-cluster.ts';

export const never = new AbortController().signal;

/** A bearer token that is said once. */
export function tokenAccess({ url, ca }: Pick<ClusterFacts, 'url' | 'ca'>, token: string): Access {
  const facts = { server: url, tls: { ca }, authorization: new SecretValue(`Bearer ${token}`) };
  return {
    current: () => Promise.resolve(facts),
    renew: () => Promise.resolve(),
    namespace: () => Promise.resolve(undefined),
  };
}

export function clientOf(
  access: Access,
  options: Partial<Omit<KubernetesOptions, 'access'>> = {},
): KubernetesClient {
  return createKubernetesClient({ access, version: '0.0.0', runtime: systemRuntime(), ...options });
}

export function secretIn(namespace: string, name: string): Place {
  return { resource: secrets, namespace, name };
}

/** The KubernetesError that the call ends in. */
export async function failureOfCall(call: Promise<unknown>): Promise<KubernetesError> {
  const end = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (end instanceof KubernetesError) return end;
  throw new Error(`expected a KubernetesError, got ${String(end)}`);
}
