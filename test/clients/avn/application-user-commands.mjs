// avn's commands of application users and their tokens.
import { jsonOf, tokenValueOf } from './avn.mjs';
import { control, isLive, succeeds, tokensOf } from './expect.mjs';

const USER_COLUMNS = 'name user_email user_id is_super_admin';
const TOKEN_COLUMNS = 'token_prefix description last_used_time expiry_time currently_active';
const VERBOSE_COLUMNS =
  `${TOKEN_COLUMNS} create_time created_manually extend_when_used ip_allowlist last_ip ` +
  'last_user_agent_human_readable max_age_seconds scopes';

export async function applicationUserCommands(context) {
  const { emulator, checks } = context;
  const org = ['--organization-id', emulator.organizationId];
  const au = (...args) => ['application-user', ...args, ...org];
  await succeeds(context, au('create', '--name', 'ci bot'), { columns: USER_COLUMNS });
  const listed = await succeeds(context, au('list', '--json'));
  const id = jsonOf(listed.stdout)[0]?.user_id ?? 'none';
  await succeeds(context, au('list'), { columns: USER_COLUMNS });
  await succeeds(context, au('info', id), { columns: USER_COLUMNS });
  const renamed = await succeeds(context, au('update', id, '--name', 'ci bot 2'), { columns: USER_COLUMNS });
  checks.check('the new name is shown', renamed.stdout.includes('ci bot 2'));
  await tokens(context, { id, au });
  const deleted = await succeeds(context, au('delete', id, '-f'));
  checks.check('delete says so', deleted.stdout.includes(`Application user ${id} deleted successfully.`));
  const live = (await tokensOf(emulator)).filter(({ state, userId }) => state === 'live' && userId === id);
  checks.check('no token outlives its user', live.length === 0);
}

async function tokens(context, { id, au }) {
  const { emulator, checks } = context;
  const create = (...args) => au('token', 'create', id, ...args);
  const plain = await succeeds(context, create('--description', 'no expiry'), {
    columns: 'full_token token_prefix',
  });
  checks.check('create prints the token', tokenValueOf(plain.stdout).length === 372);
  await succeeds(context, create('--description', 'a day', '--max-age-seconds', '86400'));
  const full = await succeeds(
    context,
    create(
      ...['--description', 'full', '--max-age-seconds', '86400', '--extend-when-used', '--json'],
      ...['--ip-allowlist', '192.168.0.0/24', '--ip-allowlist', '2001:db8::/32'],
      ...['--scopes', 'user:read', '--scopes', 'projects:read'],
    ),
  );
  const { full_token: value, token_prefix: prefix } = jsonOf(full.stdout.slice(full.stdout.indexOf('{')));
  checks.check('the printed token is live', await isLive(emulator, value));
  const [, , day, stored] = await tokensOf(emulator);
  checks.check('a max age arrives alone', day.maxAgeSeconds === 86400 && day.scopes === null);
  checks.check('scopes arrive', String(stored.scopes) === 'user:read,projects:read', String(stored.scopes));
  checks.check('the allowlist arrives', String(stored.ipAllowlist) === '192.168.0.0/24,2001:db8::/32');
  await succeeds(context, au('token', 'list', id), { columns: TOKEN_COLUMNS });
  await succeeds(context, au('token', 'list', id, '--verbose'), { columns: VERBOSE_COLUMNS });
  await succeeds(context, au('token', 'info', id, prefix), { columns: TOKEN_COLUMNS });
  await succeeds(context, au('token', 'info', id, prefix, '--verbose'), { columns: VERBOSE_COLUMNS });
  const revoked = await succeeds(context, au('token', 'revoke', id, prefix, '-f'));
  const sentence = `Token ${prefix} (application user id: ${id}) revoked successfully.`;
  checks.check('revoke says so', revoked.stdout.includes(sentence), revoked.stdout);
  checks.check('the revoked token is dead', !(await isLive(emulator, value)));
  await awkwardPrefix(context, { id, au });
}

/**
 * Prefixes hold "/" and "+" in a third of all cases; one that has both proves the path is split before
 * decoding.
 */
async function awkwardPrefix(context, { id, au }) {
  const { emulator, checks } = context;
  await control(emulator, 'toggles', { appTokenQuota: 'off' });
  let prefix = '';
  for (let tries = 0; tries < 500 && !/\//.test(prefix); tries += 1) prefix = await createToken(emulator, id);
  checks.check('a prefix with a slash turned up', prefix.includes('/'));
  await succeeds(context, au('token', 'revoke', id, prefix, '-f'));
  const token = (await tokensOf(emulator)).find((entry) => entry.prefix === prefix);
  checks.check('a prefix with a slash can be revoked', token.state === 'revoked');
}

async function createToken({ url, organizationId, adminToken }, id) {
  const path = `/v1/organization/${organizationId}/application-users/${id}/access-tokens`;
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `aivenv1 ${adminToken}` },
    body: '{"description":"one of many"}',
  });
  return (await response.json()).token_prefix ?? '';
}
