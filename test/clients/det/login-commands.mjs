// How det logs in and out: by token, by password from the terminal or the environment, and what it caches.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN_PASSWORD } from '../../../src/emulator/determined/seed.ts';
import { createDet, createdOf } from './det.mjs';
import { arrivedAt, fails, forgetRequests, isLive, succeeds, tokensOf } from './expect.mjs';

const UNAUTHENTICATED = "Unauthenticated: Please use 'det user login <username>'";

export async function loginCommands(context) {
  const { emulator, path } = context;
  await succeeds(context, ['user', 'whoami'], { prints: "You are logged in as user 'admin'\n" });
  const fresh = createDet({ path, url: emulator.url });
  try {
    const bare = { ...context, det: fresh };
    await byToken(bare, context);
    await byPassword(bare);
    await byEnvironment(bare, context);
  } finally {
    fresh.remove();
  }
}

async function byToken(bare, admin) {
  const { emulator, checks, det } = bare;
  const { id, value } = createdOf((await succeeds(admin, ['token', 'create', 'determined'])).stdout);
  await forgetRequests(emulator);
  await succeeds(bare, ['token', 'login', value], { prints: 'Authenticated as determined.\n' });
  const asked = Object.keys(await arrivedAt(emulator)).join();
  checks.check('token login asks who it is', asked === 'GET /info,GET /api/v1/me', asked);
  const { masters } = JSON.parse(readFileSync(join(det.configDir, 'auth.json'), 'utf8'));
  const kept = masters[emulator.url];
  checks.check('it keeps the token', kept?.tokens.determined === value && kept.active_user === 'determined');
  await succeeds(bare, ['user', 'whoami'], { prints: "You are logged in as user 'determined'\n" });
  await succeeds(admin, ['token', 'revoke', id]);
  await fails(bare, ['token', 'login', value], { text: UNAUTHENTICATED });
  await fails(bare, ['token', 'login', 'garbage'], {
    text: `Caught UnauthenticatedException: ${UNAUTHENTICATED}`,
  });
}

async function byPassword(bare) {
  const { emulator, checks, det } = bare;
  const before = (await tokensOf(emulator)).length;
  await succeeds(bare, ['user', 'login', 'admin'], { input: `${ADMIN_PASSWORD}\n` });
  await succeeds(bare, ['user', 'whoami'], { prints: "You are logged in as user 'admin'\n" });
  const { masters } = JSON.parse(readFileSync(join(det.configDir, 'auth.json'), 'utf8'));
  const session = masters[emulator.url].tokens.admin;
  checks.check('the session is in the table of tokens', (await tokensOf(emulator)).length === before + 1);
  const listed = await succeeds(bare, ['token', 'list', '--json']);
  checks.check(
    'and in no list',
    !JSON.parse(listed.stdout).some(({ description }) => description === ''),
    listed.stdout,
  );
  await succeeds(bare, ['user', 'logout'], { prints: '' });
  checks.check('logout ends the session', !(await isLive(emulator, session)));
}

async function byEnvironment(bare, admin) {
  const { emulator, checks } = bare;
  const right = { DET_USER: 'determined', DET_PASS: ADMIN_PASSWORD };
  await succeeds(bare, ['user', 'whoami'], {
    env: right,
    prints: "You are logged in as user 'determined'\n",
  });
  await forgetRequests(emulator);
  await succeeds(bare, ['user', 'whoami'], { env: { ...right, DET_PASS: 'wrong' } });
  const arrived = await arrivedAt(emulator);
  checks.check('a cached session spares the login', arrived['POST /api/v1/auth/login'] === undefined);
  await fails(bare, ['user', 'whoami'], {
    env: { DET_USER: 'admin', DET_PASS: 'wrong' },
    text: UNAUTHENTICATED,
  });
  const { stdout } = await succeeds(admin, ['token', 'create', 'determined']);
  await succeeds(bare, ['user', 'logout'], { env: right });
  const other = { DET_USER: 'admin', DET_USER_TOKEN: createdOf(stdout).value };
  await succeeds(bare, ['user', 'whoami'], {
    env: other,
    prints: "You are logged in as user 'determined'\n",
  });
}
