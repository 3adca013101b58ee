// keyturn and det on one emulated master, each as its users run it: what det creates keyturn leaves alone,
// what keyturn issues and rotates det lists, and what det revokes keyturn heals.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDet, createdOf } from './det.mjs';
import { control, isLive, succeeds } from './expect.mjs';

const main = resolve(import.meta.dirname, '../../../src/main-cli.ts');
const COMMAND_MS = 120_000;

export async function sideBySide(context) {
  const { emulator } = context;
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-det-'));
  try {
    writeFileSync(join(folder, 'tokens.yaml'), manifest(emulator));
    const story = { ...context, keyturn: (...args) => keyturn({ emulator, folder }, args), folder };
    const byHand = await expectUnmanaged(story);
    await expectRotation(story);
    await expectHealing(story);
    await expectEndOfUser(story);
    context.checks.check("det's own token lives to the end", await isLive(emulator, byHand));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** det creates a token; keyturn counts it, and does nothing to it. */
async function expectUnmanaged(story) {
  const { checks, keyturn: run } = story;
  const made = await succeeds(story, ['token', 'create', 'determined', '-d', 'by hand']);
  const applied = await run('apply', '--yes');
  checks.check('keyturn applies beside it', applied.code === 0, applied.output);
  checks.check("keyturn's token is live", await isLive(story.emulator, deliveredTo(story)));
  const planned = await run('plan');
  checks.check('keyturn plans nothing more', planned.output.includes('No changes.'), planned.output);
  checks.check('and says that there are others', /\d unmanaged/.test(planned.output), planned.output);
  const tokens = await run('tokens', '--output', 'json');
  const isListed = tokens.output.includes('by hand') && tokens.output.includes('unmanaged');
  checks.check('keyturn lists it as unmanaged', isListed, tokens.output);
  const marked = await listedByDet(story, 'determined');
  const marks = marked.map(({ description }) => description).join('\n');
  checks.check("det lists keyturn's token with its mark", marks.includes('t=determined/deploy g=1'), marks);
  return createdOf(made.stdout).value;
}

/** keyturn rotates by the calendar; det lists both during the overlap, and one after it. */
async function expectRotation(story) {
  const { checks, keyturn: run, emulator } = story;
  const old = deliveredTo(story);
  await control(emulator, 'clock', { advance: '8d' });
  const rotated = await run('apply', '--yes');
  checks.check('keyturn rotates', rotated.code === 0 && deliveredTo(story) !== old, rotated.output);
  checks.check('det lists both during the overlap', (await marksOf(story)).join() === 'g=1,g=2');
  checks.check(
    'and both live',
    (await isLive(emulator, old)) && (await isLive(emulator, deliveredTo(story))),
  );
  await control(emulator, 'clock', { advance: '25h' });
  const revoked = await run('apply', '--yes');
  checks.check(
    'keyturn revokes the old one',
    revoked.code === 0 && !(await isLive(emulator, old)),
    revoked.output,
  );
  checks.check('det lists the new one only', (await marksOf(story)).join() === 'g=2');
}

/** det revokes keyturn's token; keyturn says so and issues another. */
async function expectHealing(story) {
  const { checks, keyturn: run, emulator } = story;
  const old = deliveredTo(story);
  const id = String(idOf(old));
  await succeeds(story, ['token', 'revoke', id]);
  await control(emulator, 'clock', { advance: '6m' });
  const planned = await run('plan', '--output', 'json');
  checks.check('the next plan says why', planned.output.includes('CurrentTokenGone'), planned.output);
  const healed = await run('apply', '--yes');
  checks.check('keyturn issues another', healed.code === 0 && deliveredTo(story) !== old, healed.output);
  checks.check('which is live', await isLive(emulator, deliveredTo(story)));
  await expectLogin(story);
}

/** Whoever consumes the token can be det itself. */
async function expectLogin(story) {
  const consumer = createDet({ path: story.path, url: story.emulator.url });
  const login = ['token', 'login', deliveredTo(story)];
  await succeeds({ ...story, det: consumer }, login, { prints: 'Authenticated as determined.\n' });
  consumer.remove();
}

/** An edit of the user by det ends all its tokens at once, as 0.38.1 does; keyturn heals what is its own. */
async function expectEndOfUser(story) {
  const { checks, keyturn: run, emulator } = story;
  const made = await succeeds(story, ['user', 'create', 'etl', '--password', 'A-long-Pass-0']);
  checks.check('a user of no manifest is made', made.code === 0);
  const { value } = createdOf((await succeeds(story, ['token', 'create', 'etl'])).stdout);
  await succeeds(story, ['user', 'edit', 'etl', '--display-name', 'Nightly']);
  checks.check('its token is gone with the edit', !(await isLive(emulator, value)));
  const planned = await run('plan');
  checks.check('which is no business of keyturn', planned.output.includes('No changes.'), planned.output);
}

async function listedByDet(story, username) {
  const { stdout } = await succeeds(story, ['token', 'list', username, '--json']);
  return JSON.parse(stdout);
}

/** The generations in the marks of the tokens that det lists. */
async function marksOf(story) {
  const listed = await listedByDet(story, 'determined');
  return listed.flatMap(({ description }) => /g=\d+/.exec(description)?.[0] ?? []);
}

function deliveredTo({ folder }) {
  return readFileSync(join(folder, 'secrets/deploy'), 'utf8').trim();
}

/** The id of a token value, which anybody can read in it. */
function idOf(value) {
  const body = Buffer.from(value.split('.')[2], 'base64url');
  return JSON.parse(body.subarray(0, -64)).id;
}

function manifest({ url }) {
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: training}
spec:
  ownerId: training-k3x9ab
  provider: {determined: {url: "${url}"}}
  applicationUsers:
    - name: determined
      create: false
      tokens:
        - name: deploy
          maxAge: 20d
          rotation: {every: 7d}
          deliverTo: [{file: {path: secrets/deploy}}]
`;
}

/** The credential goes where det looks for it, so that both tools are told the same. */
async function keyturn({ emulator, folder }, args) {
  const { adminToken, url } = emulator;
  const told = { DET_MASTER: url, DET_USER: 'admin', DET_USER_TOKEN: adminToken };
  const env = { PATH: process.env.PATH, HOME: folder, ...told };
  const options = { cwd: folder, env, timeout: COMMAND_MS };
  return await new Promise((done) => {
    execFile(process.execPath, [main, ...args], options, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : error.code, output: stdout + stderr });
    });
  });
}
