/** How the programs of a cluster are told to run: on loopback, on free ports, quickly. */
import { createServer } from 'node:net';
import { join } from 'node:path';

interface Ports {
  readonly etcd: number;
  readonly peer: number;
  readonly api: number;
}

/** All held open at once, so that they differ. */
export async function findPorts(): Promise<Ports> {
  const listen = async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  };
  const servers = [await listen(), await listen(), await listen()];
  const [etcd = 0, peer = 0, api = 0] = servers.map((server) => {
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { etcd, peer, api };
}

export function etcdFlags(folder: string, ports: Ports): readonly string[] {
  const [client, peer] = [`http://127.0.0.1:${ports.etcd}`, `http://127.0.0.1:${ports.peer}`];
  return [
    '--name=n',
    `--data-dir=${join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    // Without it bookmarks carry a new version every ten minutes only.
    '--watch-progress-notify-interval=5s',
    '--heartbeat-interval=50',
    '--election-timeout=500',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=n=${peer}`,
  ];
}

export function apiFlags(folder: string, ports: Ports): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.api}`,
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    '--permit-port-sharing',
    `--cert-dir=${join(folder, 'certs')}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.key')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged',
    '--disable-admission-plugins=ServiceAccount',
  ];
}
