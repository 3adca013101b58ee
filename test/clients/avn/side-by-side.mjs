// keyturn and avn on one emulator, each as its users run it: what one makes the other sees, and what avn
// revokes keyturn heals.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jsonOf } from './avn.mjs';
import { control, isLive, succeeds } from './expect.mjs';

const main = resolve(import.meta.dirname, '../../../src/main-cli.ts');

export async function sideBySide(context) {
  const { emulator, checks } = context;
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-avn-'));
  try {
    writeFileSync(join(folder, 'tokens.yaml'), manifest(emulator));
    const run = (...args) => keyturn({ emulator, folder }, args);
    const applied = await run('apply', '--yes');
    checks.check('keyturn applies', applied.code === 0, applied.output);
    await expectBothSee(context, run);
    await expectHealing(context, { run, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function expectBothSee(context, run) {
  const { emulator, checks } = context;
  const { id, org } = await userOf(context);
  const listed = await succeeds(context, ['application-user', 'token', 'list', id, '--json', ...org]);
  const [token] = jsonOf(listed.stdout);
  checks.check("avn lists keyturn's token with its mark", token.description.includes('t=ci/deploy g=1'));
  await succeeds(context, ['application-user', 'token', 'create', id, '--description', 'by hand', ...org]);
  const tokens = JSON.parse((await run('tokens', '--output', 'json')).output);
  const kinds = JSON.stringify(tokens);
  checks.check("keyturn lists avn's token as unmanaged", kinds.includes('unmanaged'), kinds);
  const planned = await run('plan');
  checks.check('keyturn plans nothing for it', planned.output.includes('No changes.'), planned.output);
  checks.check('and says that it is there', /1 unmanaged/.test(planned.output), planned.output);
  checks.check('the emulator holds both', (await liveTokens(emulator)).length === 2);
}

async function expectHealing(context, { run, folder }) {
  const { emulator, checks } = context;
  const { id, org } = await userOf(context);
  const value = () => readFileSync(join(folder, 'secrets/deploy'), 'utf8').trim();
  const old = value();
  await succeeds(context, ['application-user', 'token', 'revoke', id, old.slice(0, 12), '-f', ...org]);
  await control(emulator, 'clock', { advance: '6m' });
  const planned = await run('plan', '--output', 'json');
  checks.check(
    'the next plan says CurrentTokenGone',
    planned.output.includes('CurrentTokenGone'),
    planned.output,
  );
  const healed = await run('apply', '--yes');
  checks.check('keyturn issues another', healed.code === 0 && value() !== old, healed.output);
  checks.check('which is live', await isLive(emulator, value()));
}

async function userOf(context) {
  const org = ['--organization-id', context.emulator.organizationId];
  const listed = await succeeds(context, ['application-user', 'list', '--json', ...org]);
  return { id: jsonOf(listed.stdout).find(({ name }) => name === 'ci').user_id, org };
}

async function liveTokens(emulator) {
  const { tokens } = await control(emulator, 'tokens');
  return tokens.filter(({ state, seeded }) => state === 'live' && !seeded);
}

function manifest({ organizationId, url }) {
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: payments}
spec:
  ownerId: payments-k3x9ab
  provider: {aiven: {organizationId: ${organizationId}, url: "${url}"}}
  applicationUsers:
    - name: ci
      tokens: [{name: deploy, maxAge: 90d, deliverTo: [{file: {path: secrets/deploy}}]}]
`;
}

/** The credential goes where avn looks for it, so that both tools are told the same. */
async function keyturn({ emulator, folder }, args) {
  const { adminToken, url } = emulator;
  const env = { PATH: process.env.PATH, HOME: folder, AIVEN_AUTH_TOKEN: adminToken, AIVEN_WEB_URL: url };
  return await new Promise((done) => {
    execFile(process.execPath, [main, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : error.code, output: stdout + stderr });
    });
  });
}
