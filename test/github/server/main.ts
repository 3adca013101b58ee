// The loopback GitHub as a process of its own, for tools that run outside the tests:
//   node test/github/server/main.ts '{"port": 8123, "repositories": {"acme/pay": ["prod"]}}'
// It prints its url, and on SIGTERM what did not agree with GitHub's description.
import { workflowPermissions, deliveryPermissions } from './access.ts';
import { startGitHub } from './start.ts';

interface Seed {
  readonly port?: number;
  readonly prefix?: string;
  readonly token?: string;
  readonly organizations?: readonly string[];
  /** Names of environments by full name of the repository. */
  readonly repositories?: Readonly<Record<string, readonly string[]>>;
}

const { port = 0, prefix = '', token = 't0', ...seed } = JSON.parse(process.argv[2] ?? '{}') as Seed;
const github = await startGitHub({ port, prefix });
const permissions = { ...deliveryPermissions, ...workflowPermissions };
github.token({ value: token, login: 'github-actions[bot]', permissions });
for (const name of seed.organizations ?? []) github.organization(name);
for (const [name, environments] of Object.entries(seed.repositories ?? {}))
  github.repository(name, { environments });
process.stdout.write(`${github.apiUrl}\n`);
process.once('SIGTERM', () => {
  for (const breach of github.breaches) process.stderr.write(`${breach}\n`);
  process.exitCode = github.breaches.length > 0 ? 1 : 0;
  void github.stop();
});
