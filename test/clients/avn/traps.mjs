// What avn does with errors, empty lists and broken connections: each is a way a server can trip it.
import { createAvn, jsonOf } from './avn.mjs';
import { control, fails, succeeds } from './expect.mjs';

export async function trapChecks(context) {
  const { emulator, avn, checks, path } = context;
  const org = ['--organization-id', emulator.organizationId];
  const users = ['application-user', 'list', ...org];
  const empty = await succeeds(context, users);
  checks.check('an empty list prints nothing', empty.stdout === '');
  const emptyJson = await succeeds(context, [...users, '--json']);
  checks.check('an empty list is [] as JSON', emptyJson.stdout.trim() === '[]');
  const me = jsonOf((await succeeds(context, ['user', 'info', '--json'])).stdout);
  checks.check('user info --json wraps its object in a list', Array.isArray(me) && me.length === 1);
  await fails(context, ['application-user', 'info', 'u0', ...org], {
    text: 'ERROR\tcommand failed: Error: User not in organization (status 404)',
  });
  await fails(context, ['--auth-token', 'no-such-token', 'user', 'info'], { text: 'Invalid token' });
  const nobody = createAvn({ path, url: emulator.url });
  await fails({ ...context, avn: nobody }, ['user', 'info'], { text: 'not authenticated' });
  nobody.remove();
  const before = (await control(emulator, 'requests')).total;
  const extend = [
    'application-user',
    'token',
    'create',
    'u0',
    ...org,
    '--description',
    'x',
    '--extend-when-used',
  ];
  await fails(context, extend, { text: 'extend_when_used can only be used if max_age_seconds is specified' });
  checks.check('that error needed no request', (await control(emulator, 'requests')).total === before);
  await fails(context, ['user', 'access-token', 'create'], { code: 2, text: 'required' });
  await brokenConnections({ ...context, avn });
}

async function brokenConnections(context) {
  const { emulator, checks } = context;
  await control(emulator, 'faults', { fault: 'dropBeforeApply=2,on=GET /v1/me' });
  await succeeds(context, ['user', 'info']);
  await control(emulator, 'faults', { fault: 'dropAfterApply=1,on=POST access_token' });
  await control(emulator, 'requests', {});
  const create = ['user', 'access-token', 'create', '--description', 'lost'];
  const result = await context.avn.run(create);
  checks.check('a POST whose reply is lost fails', result.code !== 0, result.stderr);
  const { arrived } = await control(emulator, 'requests');
  checks.check('avn sends a POST once only', arrived['POST /v1/access_token'] === 1, JSON.stringify(arrived));
  await control(emulator, 'faults', { fault: 'rateLimited=1' });
  await fails(context, ['user', 'info'], { text: 'Rate limit 120 exceeded - try again in 28s' });
}
