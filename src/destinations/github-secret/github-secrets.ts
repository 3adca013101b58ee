/**
 * The GitHub secrets of one run, as a front end hands them to the registry: connected, connected when first
 * used, or out of reach. Loads nothing that speaks to GitHub by itself.
 */
import { DeliveryError } from '../../core/errors.ts';
import type { SecretValue } from '../../core/secret.ts';
import type { Destination, Runtime } from '../../engine/ports.ts';
import type { GithubSecretRef } from './descriptor.ts';

export interface GitHubSecrets {
  open(ref: GithubSecretRef, key: string): Destination;
  close(): Promise<void>;
}

export interface GitHubAccess {
  readonly token: SecretValue;
  /** `https://api.github.com` unless told. */
  readonly apiUrl?: string;
  /** Of keyturn. */
  readonly version: string;
  readonly runtime: Runtime;
}

const commitDeadlineMs = 600_000;

/** Loads the client and connects with the first request. */
export function gitHubSecretsOnDemand(access: GitHubAccess): GitHubSecrets {
  let connecting: Promise<GitHubSecrets> | undefined;
  const connect = () => {
    connecting ??= load(access);
    return connecting;
  };
  return {
    open: (ref, key) => {
      let opening: Promise<Destination> | undefined;
      const open = () => {
        opening ??= connect().then((secrets) => secrets.open(ref, key));
        return opening;
      };
      return {
        key,
        commitDeadlineMs,
        recordsPending: true,
        read: async (signal) => await (await open()).read(signal),
        preflight: async (signal) => await (await open()).preflight(signal),
        write: async (next, signal) => await (await open()).write(next, signal),
        withdraw: async (what, signal) => await (await open()).withdraw(what, signal),
      };
    },
    close: async () => await (await connecting)?.close(),
  };
}

/** @param why a sentence that says what to give, and how */
export function noGitHubSecrets(why: string): GitHubSecrets {
  return {
    open: (_, key) => {
      const out = (failure: 'refused' | 'unknown', what: string) =>
        Promise.reject(new DeliveryError(`"${key}" ${what}: ${why}`, failure, { destination: key }));
      return {
        key,
        commitDeadlineMs,
        recordsPending: true,
        read: () => out('unknown', 'cannot be read'),
        preflight: () => out('refused', 'cannot be written'),
        write: () => out('refused', 'was not written'),
        withdraw: () => out('refused', 'was not withdrawn'),
      };
    },
    close: () => Promise.resolve(),
  };
}

async function load({ token, apiUrl, version, runtime }: GitHubAccess): Promise<GitHubSecrets> {
  const [{ createGitHubClient }, { connectGitHubSecrets }] = await Promise.all([
    import('../../github/client.ts'),
    import('./open-secret.ts'),
  ]);
  const url = apiUrl === undefined ? {} : { apiUrl };
  const client = createGitHubClient({ token, version, runtime, ...url });
  return { ...connectGitHubSecrets({ client, runtime }), close: () => client.close() };
}
