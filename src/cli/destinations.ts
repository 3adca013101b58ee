/**
 * The destinations of a run from the command line: at GitHub with the token of GitHub's own tools (`gh help
 * environment`), in a cluster through the kubeconfig. Connects to nothing before the first use.
 */
import { SecretValue } from '../core/secret.ts';
import {
  type GitHubSecrets,
  gitHubSecretsOnDemand,
  noGitHubSecrets,
  openDestination,
} from '../destinations/registry.ts';
import { kubernetesSecretsOnDemand } from '../destinations/kubernetes-secret/on-demand.ts';
import { openEachOnce } from '../destinations/resolve.ts';
import type { Run } from '../engine/run.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';

export interface Destinations {
  readonly open: Run['open'];
  close(): Promise<void>;
}

export function openDestinations(context: Context): Destinations {
  const github = gitHubSecretsOf(context);
  const kubernetes = kubernetesSecretsOnDemand(context);
  return {
    open: openEachOnce((reference, { folder, namespace }) =>
      openDestination(reference, { folder, namespace, github, kubernetes }),
    ),
    close: async () => {
      await github.close();
      await kubernetes.close();
    },
  };
}

/** Hands the destinations to `use` and closes them after it. */
export async function withDestinations<T>(
  context: Context,
  use: (open: Run['open']) => Promise<T>,
): Promise<T> {
  const { open, close } = openDestinations(context);
  try {
    return await use(open);
  } finally {
    await close();
  }
}

/** The order is gh's. */
const tokenVariables = ['GH_TOKEN', 'GITHUB_TOKEN'] as const;

function gitHubSecretsOf({ env, version, runtime }: Context): GitHubSecrets {
  const variable = tokenVariables.find((name) => env[name]?.trim());
  const token = env[variable ?? '']?.trim();
  if (token === undefined) {
    const needed = 'one that may read and write the secrets and variables there';
    return noGitHubSecrets(`there is no token for GitHub. Set ${tokenVariables.join(' or ')} to ${needed}.`);
  }
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UsageError(`${variable} holds characters that no token has. Set it anew.`);
  const apiUrl = env['GITHUB_API_URL'];
  if (apiUrl && !(URL.canParse(apiUrl) && /^https?:$/.test(new URL(apiUrl).protocol)))
    throw new UsageError('GITHUB_API_URL is no http or https url. Correct it, or remove it for github.com.');
  const access = { token: new SecretValue(token), version, runtime };
  return gitHubSecretsOnDemand(apiUrl ? { ...access, apiUrl } : access);
}
