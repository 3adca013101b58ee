// det's commands of users and what they do to tokens; and what people are told who may not.
import { createDet, createdOf, rowsOf } from './det.mjs';
import { control, fails, isLive, succeeds } from './expect.mjs';

const PASSWORD = 'A-long-Pass-0';
const CONTACT = 'Please contact your administrator in order to access this resource.';

export async function userCommands(context) {
  const { checks } = context;
  await succeeds(context, ['user', 'create', 'ann', '--password', PASSWORD], { prints: /^\s*$/ });
  const rows = rowsOf((await succeeds(context, ['user', 'list'])).stdout);
  checks.check(
    'user list shows who is active',
    rows.some(([id, name]) => id === '3' && name === 'ann'),
  );
  await fails(context, ['user', 'create', 'ann', '--password', PASSWORD], { text: 'user already exists' });
  await sideEffects(context);
  await asNobody(context);
  await refusedTokens(context);
}

/** Which commands end the tokens of the user they edit. */
async function sideEffects(context) {
  const { emulator, checks } = context;
  const commands = [
    [
      [
        'user',
        'link-with-agent-user',
        'ann',
        '--agent-uid',
        '1',
        '--agent-user',
        'a',
        '--agent-gid',
        '1',
        '--agent-group',
        'a',
      ],
      true,
    ],
    [['user', 'edit', 'ann', '--active', 'true', '--display-name', 'Ann A'], true],
    [['user', 'edit', 'ann', '--display-name', 'Ann B'], false],
    [['user', 'rename', 'ann', 'anna'], false],
    [['user', 'rename', 'anna', 'ann'], false],
    [['user', 'deactivate', 'ann'], false],
  ];
  for (const [command, survives] of commands) {
    const name = command[2] === 'anna' ? 'anna' : 'ann';
    const { value } = createdOf((await succeeds(context, ['token', 'create', name])).stdout);
    await succeeds(context, command);
    const verdict = survives ? 'leaves tokens alone' : "ends the user's tokens";
    checks.check(`det ${command.join(' ')} ${verdict}`, (await isLive(emulator, value)) === survives);
  }
  await succeeds(context, ['user', 'activate', 'ann']);
}

/** Somebody without rights: their own list by their own name, and nothing else. */
async function asNobody(context) {
  const { emulator, checks, path } = context;
  const { token } = await control(emulator, 'users', { username: 'bob' });
  const bob = createDet({ path, url: emulator.url, user: 'bob', token });
  const asBob = { ...context, det: bob };
  const text = 'only admin privileged users can view other users';
  const view = `Error fetching tokens: Forbidden(${text}): ${CONTACT}`;
  const update = 'only admin privileged users can update access tokens';
  const create = 'only admin privileged users can create token for own/other users';
  try {
    await fails(asBob, ['token', 'create'], {
      text: `Failed to create token: Forbidden(${create}): ${CONTACT}`,
    });
    await fails(asBob, ['token', 'list'], { text: view });
    await fails(asBob, ['token', 'describe', '2'], { text: view });
    const own = JSON.parse((await succeeds(asBob, ['token', 'list', 'bob', '--json'])).stdout);
    checks.check(
      'their own list is open to them',
      own.length === 1 && own[0].description.startsWith('made by'),
    );
    await fails(asBob, ['token', 'revoke', '2'], {
      text: `Failed to revoke token: Forbidden(${update}): ${CONTACT}`,
    });
    await fails(asBob, ['token', 'edit', '2'], {
      text: `Failed to edit token info: Forbidden(${update}): ${CONTACT}`,
    });
  } finally {
    bob.remove();
  }
}

/** An inactive user's token is 403 wherever it is used. */
async function refusedTokens(context) {
  const { emulator, path } = context;
  const { token, userId } = await control(emulator, 'users', { username: 'eve' });
  await fetch(`${emulator.url}/api/v1/users`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${emulator.adminToken}` },
    body: JSON.stringify({ userIds: [userId], activate: false }),
  });
  const eve = createDet({ path, url: emulator.url, user: 'eve', token });
  try {
    const text = 'Forbidden(user does not have permission)';
    await fails({ ...context, det: eve }, ['user', 'whoami'], { text });
    await fails({ ...context, det: eve }, ['token', 'login', token], {
      text: `Failed to log in with token: ${text}`,
    });
  } finally {
    eve.remove();
  }
}
