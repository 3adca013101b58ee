/**
 * The programs of a cluster: those that KUBEBUILDER_ASSETS names, or one binary that is etcd, kube-apiserver,
 * kubectl and kube-controller-manager by the name it is called by, built from Go modules once per version
 * into a cache outside the checkout. What cannot be had here is told, not thrown.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Assets =
  | { readonly kind: 'ready'; readonly bin: string }
  /** A sentence why there are none. */
  | { readonly kind: 'missing'; readonly why: string };

const sources = join(import.meta.dirname, '..', 'programs');
const needed = ['etcd', 'kube-apiserver', 'kubectl'];
const tags = 'manager';

/** Finds or builds the programs. A build from nothing takes five to eleven minutes on two cores. */
export function findAssets(env: NodeJS.ProcessEnv = process.env): Assets {
  const given = env['KUBEBUILDER_ASSETS'];
  if (given !== undefined && given !== '') return readGiven(given);
  const version = go(['env', 'GOVERSION', 'GOOS', 'GOARCH'], env);
  if (version.status !== 0)
    return {
      kind: 'missing',
      why: 'there is no Go to build them with, and KUBEBUILDER_ASSETS names no folder',
    };
  const cache = join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'keyturn');
  const bin = join(cache, `cluster-${stampOf(version.stdout)}`);
  if (existsSync(join(bin, 'kubectl'))) return { kind: 'ready', bin };
  return build(bin, env);
}

/** Whether namespaces and owned objects are cleaned up in a cluster of these programs. */
export function hasManager(bin: string): boolean {
  return existsSync(join(bin, 'kube-controller-manager'));
}

function readGiven(bin: string): Assets {
  const lacking = needed.filter((name) => !existsSync(join(bin, name)));
  if (lacking.length === 0) return { kind: 'ready', bin };
  throw new Error(`KUBEBUILDER_ASSETS names ${bin}, which lacks ${lacking.join(', ')}. Mend or unset it.`);
}

function stampOf(version: string): string {
  const hash = createHash('sha256').update(version).update(tags).update(linkerFlags());
  const names = readdirSync(sources).filter((name) => /^go\.|\.go$/.test(name));
  for (const name of names.sort()) hash.update(readFileSync(join(sources, name)));
  return hash.digest('hex').slice(0, 16);
}

/** What the programs say of their version; kubectl and client libraries judge by it what a server knows. */
function linkerFlags(): string {
  const [, version = '', minor = ''] =
    /k8s\.io\/kubernetes (v1\.(\d+)\.\d+)$/m.exec(readFileSync(join(sources, 'go.mod'), 'utf8')) ?? [];
  const facts = {
    gitVersion: version,
    gitMajor: '1',
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: 'unknown',
    buildDate: '1970-01-01T00:00:00Z',
  };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const set = packages.flatMap((name) => Object.entries(facts).map(([key, to]) => `-X ${name}.${key}=${to}`));
  return ['-s', '-w', ...set].join(' ');
}

function build(bin: string, env: NodeJS.ProcessEnv): Assets {
  console.error('cluster: building etcd, kube-apiserver, kubectl and kube-controller-manager, which takes');
  console.error('cluster: minutes the first time, and seconds where the Go modules were built before.');
  const list = go(['list', '-deps', `-tags=${tags}`, '.'], env);
  if (list.status !== 0)
    return { kind: 'missing', why: `their Go modules cannot be had: ${lastWords(list)}` };
  // Built aside and moved, so that a killed or a second build leaves nothing half done.
  const aside = `${bin}.${randomBytes(4).toString('hex')}`;
  mkdirSync(aside, { recursive: true });
  const options = ['-mod=readonly', '-trimpath', '-buildvcs=false', `-tags=${tags}`];
  const out = join(aside, 'kube-apiserver');
  const made = go(['build', ...options, '-ldflags', linkerFlags(), '-o', out, '.'], env);
  if (made.status !== 0) {
    rmSync(aside, { recursive: true, force: true });
    const words = lastWords(made);
    // Linking takes 2 GiB of memory: a machine that has not is no reason for a red test.
    if (/signal: killed|cannot allocate memory|no space left/.test(words))
      return { kind: 'missing', why: `this machine cannot build them: ${words}` };
    throw new Error(`the programs of the test cluster do not build:\n${words}`);
  }
  for (const name of ['etcd', 'kubectl', 'kube-controller-manager'])
    symlinkSync('kube-apiserver', join(aside, name));
  try {
    renameSync(aside, bin);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(join(bin, 'kubectl'))) throw error;
  }
  return { kind: 'ready', bin };
}

function go(args: readonly string[], env: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  return spawnSync('go', args, {
    cwd: sources,
    encoding: 'utf8',
    env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' },
    maxBuffer: 256 * 1024 * 1024,
  });
}

function lastWords({ stderr, error }: SpawnSyncReturns<string>): string {
  return (error?.message ?? stderr).trim().split('\n').slice(-8).join('\n');
}
