// Judges the workflows of docs/workflows and action.yml with actionlint, zizmor and check-jsonschema:
// together they see wrong inputs, permissions, injections, unpinned actions and misspelt keys. Run with `node
// test/clients/workflows/run.mjs`.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChecks, run } from '../avn/avn.mjs';
import { installGo, installPython } from './tools.mjs';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-workflows-'));
const checks = createChecks('workflows');
try {
  const workflows = lay(folder);
  await actionlint(folder);
  await zizmor(folder, workflows);
  await schemas(workflows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();

/** A repository with the workflows as they are pasted, and one in which keyturn is a folder of its own. */
function lay(root) {
  const source = join('docs', 'workflows');
  const names = readdirSync(source).filter((name) => name.endsWith('.yaml'));
  for (const kind of ['pasted', 'local']) {
    const target = join(root, kind, '.github', 'workflows');
    mkdirSync(target, { recursive: true });
    for (const name of names) {
      const text = readFileSync(join(source, name), 'utf8');
      // actionlint knows inputs and outputs of an action that lies in the repository.
      const local = text.replaceAll(/keyturn\/keyturn@0{40}.*$/gm, './keyturn');
      writeFileSync(join(target, name), kind === 'local' ? local : text);
    }
  }
  cpSync('action.yml', join(root, 'local', 'keyturn', 'action.yml'));
  cpSync('dist', join(root, 'local', 'keyturn', 'dist'), { recursive: true });
  writeFileSync(join(root, 'zizmor.yml'), 'rules:\n  self-repository: {disable: true}\n');
  return names.map((name) => join(root, 'pasted', '.github', 'workflows', name));
}

async function actionlint(root) {
  const tool = await installGo('actionlint', 'github.com/rhysd/actionlint/cmd/actionlint', '1.7.12');
  if (tool.kind === 'skipped') return skip('actionlint', tool.reason);
  const local = join(root, 'local');
  await run('git', ['init', '--quiet', local]);
  const files = readdirSync(join(local, '.github', 'workflows')).map((name) =>
    join(local, '.github', 'workflows', name),
  );
  // GitHub takes `queue` since May 2026, and this actionlint is older:
  // https://github.blog/changelog/2026-05-07-github-actions-concurrency-groups-now-allow-larger-queues
  const known = ['-ignore', 'unexpected key "queue" for "concurrency" section'];
  const options = ['-oneline', '-shellcheck=', '-pyflakes=', ...known];
  const { code, stdout, stderr } = await run(tool.path, [...options, ...files]);
  checks.check('actionlint finds nothing', code === 0, stdout + stderr);
}

async function zizmor(root, workflows) {
  const tool = await installPython('zizmor', '1.32.0');
  if (tool.kind === 'skipped') return skip('zizmor', tool.reason);
  const options = ['--offline', '-q', '--no-progress', '--color=never', '--config', join(root, 'zizmor.yml')];
  const { code, stdout, stderr } = await run(tool.path, [...options, ...workflows, 'action.yml']);
  checks.check('zizmor finds nothing', code === 0, stdout + stderr);
}

async function schemas(workflows) {
  const tool = await installPython('check-jsonschema', '0.39.0');
  if (tool.kind === 'skipped') return skip('check-jsonschema', tool.reason);
  for (const [schema, files] of [
    ['vendor.github-workflows', workflows],
    ['vendor.github-actions', ['action.yml']],
  ]) {
    const { code, stdout, stderr } = await run(tool.path, ['--builtin-schema', schema, ...files]);
    checks.check(`${schema} fits`, code === 0, stdout + stderr);
  }
}

function skip(name, reason) {
  console.log(`SKIPPED: ${name} did not judge the workflows: ${reason}.`);
}
