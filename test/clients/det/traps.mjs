// What det does with other versions, broken connections and errors: each is a way a server can trip it.
import { createdOf } from './det.mjs';
import { arrivedAt, control, fails, forgetRequests, newestOf, succeeds } from './expect.mjs';

export async function trapChecks(context) {
  const { emulator, checks } = context;
  await control(emulator, 'toggles', { version: '0.39.0' });
  const warned = await succeeds(context, ['user', 'whoami']);
  checks.check('another version is a warning only', warned.stderr.includes('0.39.0'), warned.stderr);
  await control(emulator, 'toggles', { version: '0.38.1' });
  const quiet = await succeeds(context, ['user', 'whoami']);
  checks.check('the same version is none', quiet.stderr === '', quiet.stderr);
  const empty = await succeeds(context, ['token', 'list', 'determined', '--json']);
  checks.check('an empty list is [] as JSON', empty.stdout.trim() === '[]', empty.stdout);
  await succeeds(context, ['token', 'create'], { env: { DET_USER: 'determined' } });
  checks.check(
    'a token without a name is for DET_USER',
    (await newestOf(emulator)).username === 'determined',
  );
  await rbac(context);
  await brokenConnections(context);
}

/** A TokenCreator has to name themselves. */
async function rbac(context) {
  const { emulator } = context;
  await control(emulator, 'toggles', { authz: 'rbac' });
  const { token } = await control(emulator, 'users', { username: 'cat', roles: ['TokenCreator'] });
  const env = { DET_USER: 'cat', DET_USER_TOKEN: token };
  const { stdout } = await succeeds(context, ['token', 'create', '-d', 'my own'], { env });
  await succeeds(context, ['token', 'list', 'cat'], { env, prints: /my own/ });
  const text = 'Error fetching tokens: Forbidden(unable to get token due to insufficient permissions)';
  await fails(context, ['token', 'list'], { env, text });
  await succeeds(context, ['token', 'revoke', createdOf(stdout).id], { env });
  await control(emulator, 'toggles', { authz: 'basic' });
}

async function brokenConnections(context) {
  const { emulator, checks } = context;
  await control(emulator, 'faults', { fault: 'dropBeforeApply=1,on=GET /api/v1/tokens' });
  await forgetRequests(emulator);
  await succeeds(context, ['token', 'list']);
  const get = (await arrivedAt(emulator))['GET /api/v1/tokens'];
  checks.check('det repeats a GET whose connection broke', get === 2, String(get));
  for (const fault of ['dropAfterApply=1', 'unavailable=1', 'rateLimited=1']) {
    await control(emulator, 'faults', { fault: `${fault},on=POST /api/v1/tokens` });
    await forgetRequests(emulator);
    const result = await context.det.run(['token', 'create', '-d', 'lost']);
    checks.check(`a POST under ${fault} fails`, result.code === 1, result.stderr);
    const post = (await arrivedAt(emulator))['POST /api/v1/tokens'];
    checks.check('and det sends it once only', post === 1, String(post));
  }
  const lost = (await newestOf(emulator)).description;
  checks.check('the first of them took effect all the same', lost === 'lost', String(lost));
}
