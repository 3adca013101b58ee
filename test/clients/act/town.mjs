// What the pasted workflow lives in: a Git repository with a history that the loopback GitHub knows, an
// emulated Aiven, and the actions it uses as folders.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator } from '../../../src/emulator/start.ts';
import { workflowPermissions } from '../../github/server/access.ts';
import { startGitHub } from '../../github/server/start.ts';
import { run } from '../avn/avn.mjs';
import { runAct } from './act.mjs';

export const repository = 'acme/payments';
const repositoryId = 7001;
// This act ignores groups, and refuses a word of theirs that it does not know yet.
const pasted = readFileSync(join('docs', 'workflows', 'tokens.yaml'), 'utf8').replaceAll(
  /^ +queue: max.*\n/gm,
  '',
);

export async function buildTown(path) {
  const root = mkdtempSync(join(tmpdir(), 'keyturn-town-'));
  const emulator = await startEmulator({
    clock: { start: '2026-11-02T10:00:00Z', frozen: true },
    seed: { organizationId: 'org1a23f456789' },
  });
  const github = await startGitHub();
  github.repository(repository, { environments: ['production'], id: repositoryId });
  const workflowToken = github.token({ login: 'github-actions[bot]', permissions: workflowPermissions });
  const secretsToken = github.token({ login: 'keyturn-app[bot]' });
  const cwd = join(root, 'payments');
  const actions = layActions(root);
  const secrets = {
    GITHUB_TOKEN: workflowToken,
    AIVEN_READ_TOKEN: emulator.adminToken,
    AIVEN_ADMIN_TOKEN: emulator.adminToken,
    TOKENS_APP_KEY: secretsToken,
  };
  const env = {
    GITHUB_API_URL: github.apiUrl,
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_OWNER: 'acme',
    GITHUB_REPOSITORY_ID: String(repositoryId),
    AIVEN_WEB_URL: emulator.url,
  };
  return {
    emulator,
    github,
    secretsToken,
    ...(await createRepository(cwd, github)),
    /** Runs the workflow for an event of this repository; `only` are the secrets it gets. */
    act: async (event, payload, only = secrets) =>
      await runAct(event, {
        path,
        cwd,
        actions,
        payload: {
          repository: { id: repositoryId, full_name: repository, default_branch: 'main' },
          ...payload,
        },
        secrets: only,
        env,
        vars: { TOKENS_APP_CLIENT_ID: 'Iv1.0' },
      }),
    advance: (ms) => {
      emulator.clock.advance(ms);
      github.advance(ms);
    },
    close: async () => {
      await github.stop();
      await emulator.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** keyturn as it is released, and an action that mints the token of an App without asking GitHub. */
function layActions(root) {
  const keyturn = join(root, 'keyturn');
  mkdirSync(keyturn);
  cpSync('action.yml', join(keyturn, 'action.yml'));
  cpSync('dist', join(keyturn, 'dist'), { recursive: true });
  const app = join(root, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'action.yml'), 'name: app\nruns: {using: node24, main: main.js}\n');
  const key = `process.env['INPUT_PRIVATE-KEY']`;
  const line = `\`::add-mask::\${${key}}\\n\``;
  const output = `require('node:fs').appendFileSync(process.env.GITHUB_OUTPUT, \`token=\${${key}}\\n\`)`;
  writeFileSync(join(app, 'main.js'), `process.stdout.write(${line});\n${output};\n`);
  const folderOf = (name) => (name.startsWith('keyturn/') ? keyturn : app);
  const used = [...pasted.matchAll(/uses: (\S+)/g)].map(([, name]) => name);
  const ours = [...new Set(used)].filter((name) => !name.startsWith('actions/checkout@'));
  return Object.fromEntries(ours.map((name) => [name, folderOf(name)]));
}

/** Commits exist twice: in Git, where act checks them out, and at the loopback GitHub. */
async function createRepository(cwd, github) {
  mkdirSync(join(cwd, '.github', 'workflows'), { recursive: true });
  const git = async (...args) => {
    const who = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.org'];
    const { code, stdout, stderr } = await run('git', [...who, ...args], { cwd });
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const commit = async (files, branch) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', 'change');
    return await tell(branch, files);
  };
  const tell = async (branch, files = {}) => {
    const [sha, ...parents] = (await git('log', '-1', '--format=%H %P')).split(' ');
    github.commit(repository, { sha, parents, branch, files });
    return sha;
  };
  await git('init', '--quiet', '--initial-branch', 'main');
  let head = await commit({ '.github/workflows/tokens.yaml': pasted }, 'main');
  const pulls = new Map();
  return {
    head: () => head,
    /** Opens a pull request. @returns its event */
    propose: async (number, files, from = repository) => {
      await git('checkout', '--quiet', '-b', `topic-${number}`);
      const sha = await commit(files, `topic-${number}`);
      github.pull(repository, { number, headSha: sha });
      pulls.set(number, files);
      const pull = {
        number,
        head: { sha, ref: `topic-${number}`, repo: { full_name: from } },
        base: { sha: head, ref: 'main' },
      };
      return { number, action: 'opened', pull_request: pull };
    },
    merge: async (number) => {
      await git('checkout', '--quiet', 'main');
      await git('merge', '--quiet', '--no-ff', '--message', 'merge', `topic-${number}`);
      head = await tell('main', pulls.get(number));
      github.pull(repository, { number, mergedAt: github.now(), mergeCommit: head });
    },
  };
}
