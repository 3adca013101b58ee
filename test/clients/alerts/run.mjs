// Judges the alert rules of manifests/monitoring with promtool, and runs them over series that were made up.
// Run with `node test/clients/alerts/run.mjs`. promtool is the one on PATH, or the Debian package's.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChecks, run } from '../avn/avn.mjs';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-alerts-'));
const checks = createChecks('alerts');
try {
  const promtool = await find();
  if (promtool) await judge(promtool);
  else
    console.log('SKIPPED: promtool did not judge the alert rules: it is not on PATH, and no Debian package.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();

async function judge(promtool) {
  const rules = join(folder, 'alerts.yaml');
  cpSync(join('manifests', 'monitoring', 'alerts.yaml'), rules);
  cpSync(join('test', 'clients', 'alerts', 'alerts.test.yaml'), join(folder, 'alerts.test.yaml'));
  const checked = await run(promtool, ['check', 'rules', rules]);
  checks.check('promtool takes the rules', checked.code === 0, checked.stdout + checked.stderr);
  const tested = await run(promtool, ['test', 'rules', join(folder, 'alerts.test.yaml')]);
  checks.check('the alerts fire when they should', tested.code === 0, tested.stdout + tested.stderr);
}

async function find() {
  if ((await tryRun('promtool', ['--version'])) === 0) return 'promtool';
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'keyturn');
  const kept = join(cache, 'promtool');
  if (existsSync(kept)) return kept;
  // Neither installs anything nor needs root.
  const script = 'cd "$0" && timeout 120 apt-get download prometheus && dpkg -x prometheus_*.deb tree';
  if ((await tryRun('sh', ['-c', script, folder])) !== 0) return undefined;
  if (!readdirSync(join(folder, 'tree', 'usr', 'bin')).includes('promtool')) return undefined;
  mkdirSync(cache, { recursive: true });
  const aside = `${kept}.${process.pid}`;
  cpSync(join(folder, 'tree', 'usr', 'bin', 'promtool'), aside);
  renameSync(aside, kept);
  return kept;
}

async function tryRun(command, args) {
  try {
    return (await run(command, args)).code;
  } catch {
    return 1;
  }
}
