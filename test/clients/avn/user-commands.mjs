// avn's commands of the calling user: login, personal tokens, profile, sign-up, logout.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN_EMAIL, ADMIN_PASSWORD } from '../../../src/emulator/aiven/seed.ts';
import { createAvn, jsonOf, tokenValueOf } from './avn.mjs';
import { control, isLive, succeeds, tokensOf } from './expect.mjs';

const LIST_COLUMNS =
  'expiry_time token_prefix description max_age_seconds extend_when_used last_used_time last_ip' +
  ' last_user_agent';

export async function userCommands(context) {
  const { emulator, checks, path } = context;
  await personalTokens(context);
  await succeeds(context, ['user', 'info'], {
    columns: 'user real_name state token_validity_begin projects auth',
  });
  await succeeds(context, ['organization', 'list'], {
    columns: 'organization_name organization_id account_id create_time update_time tier',
  });
  const password = { AIVEN_PASSWORD: ADMIN_PASSWORD, AIVEN_NEW_PASSWORD: 'a-new-password' };
  const fresh = createAvn({ path, url: emulator.url });
  const loggedIn = { ...context, avn: fresh };
  try {
    await logins(loggedIn, password);
    const signUp = ['user', 'create', 'new@example.com', '--real-name', 'New User'];
    await succeeds(loggedIn, signUp, { env: password });
    await succeeds(loggedIn, ['user', 'login', ADMIN_EMAIL], { env: password });
    const expired = await succeeds(loggedIn, ['user', 'tokens-expire']);
    checks.check('tokens-expire prints the server message', /expired/.test(expired.stdout), expired.stdout);
    const own = (await tokensOf(emulator)).filter(({ userId }) => userId === emulator.adminUserId);
    const live = own.filter(({ state }) => state === 'live');
    checks.check('tokens-expire leaves no live token of the user', live.length === 0);
  } finally {
    fresh.remove();
  }
}

async function personalTokens(context) {
  const { emulator, checks } = context;
  const list = ['user', 'access-token', 'list'];
  const create = ['user', 'access-token', 'create', '--description'];
  const made = await succeeds(context, [...create, 'Python notebooks'], {
    columns: 'expiry_time description max_age_seconds extend_when_used full_token',
  });
  const value = tokenValueOf(made.stdout);
  checks.check('the printed token is live', await isLive(emulator, value));
  await succeeds(context, [...create, 'hourly', '--max-age-seconds', '3600', '--extend-when-used']);
  const [, plain, hourly] = await tokensOf(emulator);
  checks.check('no max age means none', plain.maxAgeSeconds === null && plain.expiryTime === null);
  checks.check('a max age arrives', hourly.maxAgeSeconds === 3600 && hourly.expiryTime !== null);
  await succeeds(context, list, { columns: LIST_COLUMNS });
  await succeeds(context, ['user', 'access-token', 'update', plain.prefix, '--description', 'Jupyter'], {
    columns: LIST_COLUMNS,
  });
  const listed = jsonOf((await succeeds(context, [...list, '--json'])).stdout);
  checks.check(
    'list --json shows the update',
    listed.some(({ description }) => description === 'Jupyter'),
  );
  const revoked = await succeeds(context, ['user', 'access-token', 'revoke', plain.prefix]);
  checks.check('revoke says so', revoked.stdout.includes('Revoked'), revoked.stdout);
  checks.check('the revoked token is dead', !(await isLive(emulator, value)));
}

/** Login by password, by tenant, by one-time password and by token, and what logout revokes. */
async function logins(context, env) {
  const { emulator, checks, avn } = context;
  await succeeds(context, ['user', 'login', ADMIN_EMAIL], { env });
  const file = join(avn.configDir, 'aiven-credentials.json');
  const { auth_token: first } = JSON.parse(readFileSync(file, 'utf8'));
  checks.check('login writes its file for its owner only', (statSync(file).mode & 0o777) === 0o600);
  const { byRoute } = await control(emulator, 'requests');
  checks.check('login asks for the projects', byRoute['GET /v1/project']?.['200'] === 1);
  const out = await succeeds(context, ['user', 'logout']);
  checks.check('logout prints nothing', out.stdout === '');
  checks.check('logout revokes its token', !(await isLive(emulator, first)));
  await succeeds(context, ['user', 'login', ADMIN_EMAIL, '--tenant', 'aws'], { env });
  const { auth_token: second } = JSON.parse(readFileSync(file, 'utf8'));
  await succeeds(context, ['user', 'logout', '--no-token-revoke']);
  checks.check('--no-token-revoke leaves it alive', await isLive(emulator, second));
  await control(emulator, 'users', { email: ADMIN_EMAIL, otp: '987654' });
  await succeeds(context, ['user', 'login', ADMIN_EMAIL], { env, input: '987654\n' });
  await control(emulator, 'users', { email: ADMIN_EMAIL, otp: null });
  const byToken = { input: `${second}\n`, env: { AIVEN_PASSWORD: second } };
  await succeeds(context, ['user', 'login', ADMIN_EMAIL, '--token'], byToken);
  await succeeds(context, ['user', 'logout']);
  checks.check('logout also revokes a token given by hand', !(await isLive(emulator, second)));
}
