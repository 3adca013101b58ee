/**
 * Access by a kubeconfig: the only file that knows @kubernetes/client-node, which reads the file and speaks
 * to exec plugins, OIDC and client certificates. The HTTP is ours. client-node takes a second to load, so
 * this file is imported where it is needed and nowhere else.
 */
import { existsSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { delimiter, join } from 'node:path';
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node';
import { SecretValue } from '../core/secret.ts';
import type { TlsOptions } from '../net/http.ts';
import type { Access, AccessFacts } from './access.ts';
import { KubernetesError } from './failures.ts';

export interface KubeconfigOptions {
  /** KUBECONFIG is looked up in it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** Another context than the current one. */
  readonly context?: string;
  readonly monotonicMs: () => number;
}

/** Files are read, and expiring tokens looked at, again after this long. */
const readAgainAfterMs = 5000;

export function kubeconfigAccess(options: KubeconfigOptions): Access {
  const { monotonicMs } = options;
  let config: KubeConfig | undefined;
  let known: { readonly facts: AccessFacts; readonly atMs: number } | undefined;
  let asking: Promise<AccessFacts> | undefined;
  const load = (): KubeConfig => {
    config ??= loadConfig(options);
    return config;
  };
  const ask = async (): Promise<AccessFacts> => {
    const atMs = monotonicMs();
    const facts = await readFacts(load());
    known = { facts, atMs };
    return facts;
  };
  /** One at a time: each call of client-node would start the exec plugin by itself. */
  const askOnce = (): Promise<AccessFacts> => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return {
    current: async () => {
      if (known && monotonicMs() - known.atMs < readAgainAfterMs) return known.facts;
      return await askOnce();
    },
    renew: async () => {
      await asking?.catch(() => undefined);
      // client-node keeps a token until the time it was told, though the server may refuse it before.
      config = undefined;
      await askOnce();
    },
    namespace: () => Promise.resolve(load().getContextObject(load().getCurrentContext())?.namespace),
  };
}

function loadConfig({ env, homeFolder, context }: KubeconfigOptions): KubeConfig {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  const files = named.length > 0 ? named : [join(homeFolder, '.kube', 'config')];
  const found = files.filter((file) => existsSync(file));
  if (found.length === 0)
    throw broken(`there is no kubeconfig: ${files.join(', ')} is not there. Name one in KUBECONFIG`);
  const config = new KubeConfig();
  const parts = found.map(loadFile);
  // Of two entries of one name the first file's counts, as kubectl has it.
  config.loadFromOptions({
    clusters: firstOfName(parts.flatMap((part) => part.getClusters())),
    contexts: firstOfName(parts.flatMap((part) => part.getContexts())),
    users: firstOfName(parts.flatMap((part) => part.getUsers())),
    currentContext: context ?? parts.map((part) => part.getCurrentContext()).find(Boolean) ?? '',
  });
  informPlugin(config.getCurrentUser(), config.getCurrentCluster());
  return config;
}

function loadFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw broken(`the kubeconfig ${file} cannot be read. Check it with "kubectl config view"`, error);
  }
  return config;
}

function firstOfName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return entries.filter((one, rank) => entries.findIndex(({ name }) => name === one.name) === rank);
}

/** client-node does not tell a plugin what it is asked for, which some insist on. */
function informPlugin(user: User | null, cluster: Cluster | null): void {
  if (!user?.exec) return;
  const { apiVersion, provideClusterInfo } = user.exec;
  const { server, caData } = cluster ?? {};
  const told = provideClusterInfo ? { cluster: { server, 'certificate-authority-data': caData } } : {};
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false, ...told } };
  const entry = { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) };
  user.exec.env = [...(user.exec.env ?? []), entry];
}

async function readFacts(config: KubeConfig): Promise<AccessFacts> {
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    const why = `the kubeconfig has no context "${config.getCurrentContext()}" with a cluster`;
    throw broken(`${why}. Choose one with "kubectl config use-context"`);
  }
  if (cluster.proxyUrl)
    throw broken('the kubeconfig names a proxy-url, which is not supported. Set HTTPS_PROXY instead');
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const user = config.getCurrentUser()?.name ?? '';
    throw new KubernetesError(
      `kubernetes: the credential of "${user}" in the kubeconfig cannot be had. Try "kubectl version".`,
      'unauthorized',
      { cause: error },
    );
  }
  const authorization = authorizationOf(options);
  return { server: cluster.server, tls: tlsOf(options), authorization };
}

function authorizationOf({ headers, auth }: RequestOptions): SecretValue | undefined {
  const given = new Map(Object.entries(headers ?? {}));
  const header = given.get('Authorization');
  if (typeof header === 'string') return new SecretValue(header);
  return auth ? new SecretValue(`Basic ${Buffer.from(auth).toString('base64')}`) : undefined;
}

function tlsOf(options: RequestOptions): TlsOptions {
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  const text = (name: string, value: unknown) =>
    value === undefined || value === null ? {} : { [name]: String(value) };
  return {
    ...text('ca', ca),
    ...text('cert', cert),
    ...text('key', key),
    ...text('servername', servername),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

function broken(why: string, cause?: unknown): KubernetesError {
  return new KubernetesError(`kubernetes: ${why}.`, 'unreachable', { cause });
}
