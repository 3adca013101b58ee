// det's commands of tokens as an administrator runs them: their requests, their output, what they do.
import { createdOf, rowsOf } from './det.mjs';
import { arrivedAt, fails, forgetRequests, isLive, newestOf, succeeds, tokensOf } from './expect.mjs';

const COLUMNS = 'ID, User ID, Description, Created At, Expires At, Revoked, Token Type';
const DAY_MS = 86_400_000;

export async function tokenCommands(context) {
  await creating(context);
  await listing(context);
  await editing(context);
  await revoking(context);
}

async function creating(context) {
  const { emulator, checks } = context;
  await forgetRequests(emulator);
  const plain = await succeeds(context, ['token', 'create'], {
    prints: /^TokenID: 3\nAccess-Token: v2\.public\./,
  });
  const { value } = createdOf(plain.stdout);
  checks.check('the printed token is live', await isLive(emulator, value));
  checks.check('it is of the caller, without description', (await newestOf(emulator)).description === null);
  checks.check(
    'create asks for /info, the user, the token, and nothing else',
    same(await arrivedAt(emulator), {
      'GET /info': 1,
      'GET /api/v1/users/{username}/by-username': 1,
      'POST /api/v1/tokens': 1,
    }),
  );
  await succeeds(context, ['tkn', 'create', 'determined', '-e', '3', '-d', 'a <text>'], {
    prints: /^TokenID: 4\n/,
  });
  const three = await newestOf(emulator);
  checks.check('user and description arrive', three.userId === 2 && three.description === 'a <text>');
  checks.check('days arrive as hours', Math.round(lifeOf(three) / DAY_MS) === 3);
  await succeeds(context, ['token', 'create', 'determined', '-e', '-1']);
  checks.check('-1 is the maximum', Math.round(lifeOf(await newestOf(emulator)) / DAY_MS) === 30);
  const json = await succeeds(context, ['token', 'create', 'determined', '--json']);
  checks.check(
    '--json has two keys',
    Object.keys(JSON.parse(json.stdout)).join() === 'token,tokenId',
    json.stdout,
  );
  await succeeds(context, ['token', 'create', 'determined', '--yaml'], {
    prints: /^token:\s+v2\.public\.\S+\ntokenId: 7\n/,
  });
  await succeeds(context, ['token', 'create', 'determined', '-e', '0']);
  checks.check('-e 0 makes an expired token', (await newestOf(emulator)).state === 'expired');
  await fails(context, ['token', 'create', 'nobody'], { text: 'Caught APIException: user not found' });
  await fails(context, ['token', 'create', '-e', '31'], {
    text: 'Caught APIException: token Lifespan must be less than max token lifespan',
  });
  await fails(context, ['token', 'create', '-e', '1.5'], { code: 2, text: 'invalid int value' });
}

async function listing(context) {
  const { emulator, checks } = context;
  const table = rowsOf((await succeeds(context, ['token', 'list', 'determined'])).stdout);
  checks.check('list has its columns', table[0]?.join(', ') === COLUMNS, String(table[0]));
  const [id, user, description, , , revoked, type] = table[1] ?? [];
  const cells = [id, user, description, revoked, type].join();
  checks.check('list shows a token', cells === '4,2,a <text>,False,ACCESS_TOKEN', cells);
  const listed = async (...args) =>
    JSON.parse((await succeeds(context, ['token', ...args, '--json'])).stdout);
  const active = await listed('ls', 'determined');
  const ids = active.map((token) => token.id).join();
  checks.check('the expired one is not in it', ids === '4,5,6,7', ids);
  const keys = 'createdAt,description,expiry,id,revoked,tokenType,userId';
  checks.check('--json sorts keys', Object.keys(active[0]).join() === keys, Object.keys(active[0]).join());
  checks.check('and names the type in full', active[0].tokenType === 'TOKEN_TYPE_ACCESS_TOKEN');
  checks.check(
    '--show-inactive shows it',
    (await listed('list', 'determined', '--show-inactive')).length === 5,
  );
  checks.check("without a name everybody's are shown", (await listed('list')).length === 6);
  await succeeds(context, ['token', 'list', 'determined', '--yaml'], { prints: /^- createdAt: / });
  await fails(context, ['token', 'list', 'nobody'], {
    text: 'Error fetching tokens: sql: no rows in result set',
  });
  await fails(context, ['token', 'list', '--json', '--yaml'], { code: 2, text: 'not allowed with argument' });
  const described = await listed('describe', '4', '5');
  checks.check('describe takes several ids', described.map((token) => token.id).join() === '4,5');
  checks.check(
    'describe of an inactive or unknown id is empty',
    (await listed('describe', '8', '99')).length === 0,
  );
  checks.check('describe 0 shows all active ones', (await listed('describe', '0')).length === 6);
  await fails(context, ['token', 'describe', 'abc'], { code: 2, text: 'invalid int value' });
  await forgetRequests(emulator);
  await listed('list');
  checks.check(
    'list asks for /info and once for the list',
    same(await arrivedAt(emulator), { 'GET /info': 1, 'GET /api/v1/tokens': 1 }),
  );
}

async function editing(context) {
  const { emulator, checks } = context;
  const edited = await succeeds(context, ['token', 'edit', '4', '-d', 'another text'], {
    prints: /^\{\n {2}"tokenInfo": \{\n {4}"id": 4,\n {4}"userId": 2,\n {4}"createdAt": /,
  });
  const end = /\n\}\nSuccessfully updated token with ID: 4\.\n$/;
  checks.check('edit says so after the token', end.test(edited.stdout), edited.stdout);
  const described = async () => (await tokensOf(emulator)).find(({ id }) => id === 4).description;
  checks.check('the description is another', (await described()) === 'another text');
  await succeeds(context, ['token', 'edit', '4', '-d', '']);
  checks.check('det cannot clear it', (await described()) === 'another text');
  await succeeds(context, ['token', 'edit', '4']);
  await fails(context, ['token', 'edit', '999', '-d', 'x'], {
    text: 'Caught APIException: Token with id: {999} not found',
  });
  await fails(context, ['token', 'edit', '8', '-d', 'x'], {
    text: 'Caught APIException: unable to update inactive token with ID 8',
  });
  await fails(context, ['token', 'edit', 'abc'], {
    text: "invalid character 'a' looking for beginning of value",
  });
}

async function revoking(context) {
  const { emulator, checks } = context;
  const { value } = createdOf((await succeeds(context, ['token', 'create', 'determined'])).stdout);
  const { id } = await newestOf(emulator);
  const revoked = await succeeds(context, ['token', 'revoke', String(id)], {
    prints: /^\{\n {2}"tokenInfo": \{/,
  });
  const type = '"tokenType": "TOKEN_TYPE_ACCESS_TOKEN"';
  const end = `"revoked": true,\n    ${type}\n  }\n}\nSuccessfully revoked token ${id}.\n`;
  checks.check('revoke says so after the token', revoked.stdout.endsWith(end), revoked.stdout);
  checks.check('the revoked token is dead', !(await isLive(emulator, value)));
  await fails(context, ['token', 'revoke', String(id)], {
    text: `Failed to revoke token: unable to update inactive token with ID ${id}`,
  });
  await fails(context, ['token', 'revoke', '999'], { text: 'Token not found' });
  await fails(context, ['token', 'revoke', 'abc'], {
    text: "Failed to revoke token: invalid character 'a' looking for beginning of value",
  });
  // A login session has an id of the same sequence.
  await fails(context, ['token', 'revoke', '1'], { text: 'sql: no rows in result set' });
}

function lifeOf({ createdAt, expiry }) {
  return Date.parse(expiry) - Date.parse(createdAt);
}

function same(one, other) {
  const sorted = (counts) => JSON.stringify(Object.entries(counts).sort());
  return sorted(one) === sorted(other);
}
