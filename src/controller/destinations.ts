/** The destinations of a pass: Secrets in the set's own namespace, GitHub secrets by its own credential. */
import type { TokenSet } from '../core/manifest/types.ts';
import { openSecret } from '../destinations/kubernetes-secret/open-secret.ts';
import type { KubernetesSecrets, SecretOwner } from '../destinations/kubernetes-secret/secrets.ts';
import {
  type GitHubSecrets,
  gitHubSecretsOnDemand,
  noGitHubSecrets,
  openDestination,
} from '../destinations/registry.ts';
import { openEachOnce } from '../destinations/resolve.ts';
import type { Runtime } from '../engine/ports.ts';
import type { Run } from '../engine/run.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { readCredential } from './credentials.ts';
import type { Kept } from './kept.ts';

export interface DestinationOptions {
  readonly client: KubernetesClient;
  readonly version: string;
  readonly runtime: Runtime;
  /** Undefined: github.com. */
  readonly githubApiUrl: string | undefined;
  readonly signal: AbortSignal;
}

export interface Destinations {
  readonly open: Run['open'];
  close(): Promise<void>;
}

/** @param kept of the set that Secrets are deleted with */
export async function openDestinations(
  set: TokenSet,
  kept: Kept,
  options: DestinationOptions,
): Promise<Destinations> {
  const { client } = options;
  const namespace = kept.namespace ?? '';
  const owner = ownerOf(set, kept);
  const kubernetes: KubernetesSecrets = {
    open: (ref, place) =>
      openSecret(client, {
        ref,
        key: place.key,
        namespace: place.namespace ?? namespace,
        owner: place.owner,
      }),
    close: () => Promise.resolve(),
  };
  const github = await openGitHub(set, namespace, options);
  const ownerGiven = owner === undefined ? {} : { owner };
  return {
    open: openEachOnce((reference, of) => {
      // A cluster has no files that outlast a pod.
      if (reference.kind === 'file') return undefined;
      const given = of === set ? ownerGiven : {};
      return openDestination(reference, { folder: '', namespace, github, kubernetes, ...given });
    }),
    close: () => github.close(),
  };
}

/** What a Secret goes with when it is deleted; nothing under Retain. */
function ownerOf({ deletionPolicy }: TokenSet, { name, uid }: Kept): SecretOwner | undefined {
  if (deletionPolicy === 'Retain') return undefined;
  return { apiVersion: 'keyturn.dev/v1alpha1', kind: 'TokenSet', name, uid };
}

async function openGitHub(
  { declarations, githubCredentials }: TokenSet,
  namespace: string,
  { client, version, runtime, githubApiUrl, signal }: DestinationOptions,
): Promise<GitHubSecrets> {
  const isUsed = declarations.some(({ deliverTo }) => deliverTo.some(({ kind }) => kind === 'githubSecret'));
  if (!githubCredentials)
    return noGitHubSecrets('spec.githubCredentials names no Secret with a token for GitHub. Add it.');
  if (!isUsed) return noGitHubSecrets('no declaration delivers to GitHub.');
  const found = await readCredential(client, { namespace, ...githubCredentials }, signal);
  if (found.kind === 'missing') return noGitHubSecrets(`${found.why}.`);
  const access = { token: found.credential, version, runtime };
  return gitHubSecretsOnDemand(githubApiUrl === undefined ? access : { ...access, apiUrl: githubApiUrl });
}
