// Many secrets through the built Action, at the pace GitHub asks for: every one arrives, no limit is hit, and
// what is asked grows with the number of secrets alone. The loopback GitHub refuses what is too fast, as the
// real one does. Run with `node test/clients/secrets/run.mjs [COUNT]`; a hundred take five minutes, most of
// them pauses.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../../src/emulator/start.ts';
import { workflowPermissions } from '../../github/server/access.ts';
import { startGitHub } from '../../github/server/start.ts';
import { repository, repositoryId, runnerOf } from '../../scenarios/action/events.ts';
import { shaOf } from '../../scenarios/action/history.ts';
import { manifest } from '../../scenarios/action/manifests.ts';
import { runAction } from '../../scenarios/action/run-action.ts';
import { createChecks } from '../avn/avn.mjs';

// Enough that most writes have to wait for their turn.
const count = Number(process.argv[2] ?? 8);
const names = Array.from({ length: count }, (_, rank) => `t${rank}`);
const checks = createChecks('secrets');
const root = mkdtempSync(join(tmpdir(), 'keyturn-secrets-'));
const emulator = await startEmulator({
  seed: { organizationId: 'org1a23f456789' },
  toggles: { rateLimit: 'off', appTokenQuota: 'off' },
});
const github = await startGitHub();
try {
  await deliver();
} finally {
  await github.stop();
  await emulator.close();
  rmSync(root, { recursive: true, force: true });
}
checks.finish();

async function deliver() {
  const sha = shaOf('head');
  github.repository(repository, { environments: ['production'], id: repositoryId });
  github.commit(repository, { sha, branch: 'main' });
  const inputs = {
    mode: 'apply',
    approve: 'off',
    'provider-url': emulator.url,
    'provider-token': emulator.adminToken,
    'github-token': github.token({ login: 'github-actions[bot]', permissions: workflowPermissions }),
    'secrets-token': github.token({ login: 'keyturn-app[bot]' }),
  };
  const first = await apply('first', { sha, inputs });
  checks.check('the first run ends well', first.code === 0, told(first));
  checks.check(`it creates ${count} tokens`, first.outputs.created === String(count), told(first));
  const writes = first.asked.filter(({ method }) => method !== 'GET').length;
  checks.check('each takes three writes', writes === 3 * count, `${writes} writes`);
  checks.check(
    'reads grow with them alone',
    first.asked.length <= 5 + 13 * count,
    `${first.asked.length} requests`,
  );
  const limited = first.asked.filter(({ status }) => status === 403 || status === 429);
  checks.check('no limit is hit', limited.length === 0, `${limited.length} refusals`);
  const dead = [];
  for (const name of names) if (!(await isLive(secretOf(name)))) dead.push(name);
  checks.check('every secret is a token that lives', dead.length === 0, dead.join(', '));
  const second = await apply('second', { sha, inputs });
  const changed = second.asked.filter(({ method }) => method !== 'GET').length;
  checks.check('the second run writes nothing', second.code === 0 && changed === 0, told(second));
  const seconds = (first.tookMs / 1_000).toFixed(0);
  console.log(`secrets: ${count} delivered in ${seconds} s with ${first.asked.length} requests to GitHub`);
}

async function apply(name, { sha, inputs }) {
  const folder = join(root, name);
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace, { recursive: true });
  writeFileSync(join(workspace, 'tokens.yaml'), manifest(names.map((token) => ({ name: token }))));
  const before = github.requests.length;
  const startMs = performance.now();
  const run = await runAction({
    folder,
    inputs,
    event: { repository: { id: repositoryId, default_branch: 'main' } },
    env: { ...runnerOf({ name: 'push', sha }, github.apiUrl), GITHUB_WORKSPACE: workspace },
  });
  return { ...run, tookMs: performance.now() - startMs, asked: github.requests.slice(before) };
}

/** What a person would see. */
function told({ annotations }) {
  return annotations.join('\n');
}

function secretOf(name) {
  const place = { repository, environment: 'production', name: `${name.toUpperCase()}_TOKEN` };
  return github.secret(place)?.value ?? '';
}

async function isLive(token) {
  const body = JSON.stringify({ token });
  const answer = await fetch(`${emulator.controlUrl}/check`, { method: 'POST', body });
  return (await answer.json()).live === true;
}
