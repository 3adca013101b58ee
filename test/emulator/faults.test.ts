// Every named fault: what the client sees, and what was done all the same.
import { describe, expect, it } from '@jest/globals';
import { EmulatorOptionError } from '../../src/emulator/option-error.ts';
import { knownAivenFaults as knownFaults } from '../../src/emulator/aiven/start.ts';
import { FAULT_GRAMMAR, readFault } from '../../src/emulator/faults.ts';
import { type Api, start } from './harness.ts';

const ORG_USERS = '/organization/{org}/application-users';

async function withFault(...faults: readonly string[]): Promise<Api> {
  return await start({}, { faults, clock: { start: '2026-11-02T10:00:00Z', frozen: true } });
}

/** Creates an application user; "broken" if the connection breaks. */
async function createUser(api: Api): Promise<number | 'broken'> {
  return await api.call(`POST ${ORG_USERS}`, { name: 'ci' }).then(
    ({ status }) => status,
    () => 'broken' as const,
  );
}

async function countUsers(api: Api): Promise<number> {
  return (await api.call(`GET ${ORG_USERS}`)).body.application_users?.length ?? 0;
}

async function countArrived(api: Api): Promise<number> {
  const { text } = await api.control('GET requests');
  const { arrived } = JSON.parse(text) as { readonly arrived: Readonly<Record<string, number>> };
  return arrived['POST /v1/organization/{organization_id}/application-users'] ?? 0;
}

describe('shared faults', () => {
  it.each([
    ['serverErrorBeforeApply', 500, 0],
    ['serverErrorAfterApply', 500, 1],
    ['dropBeforeApply', 'broken', 0],
    ['dropAfterApply', 'broken', 1],
    ['rateLimited', 429, 0],
    ['html408', 408, 0],
  ] as const)('%s makes a create end in %s and leaves %i users', async (name, seen, users) => {
    const api = await withFault(`${name}=1,on=POST`);
    expect(await createUser(api)).toBe(seen);
    expect(await countUsers(api)).toBe(users);
    expect(await createUser(api)).toBe(200);
  });

  it('speaks the published text when it limits the rate, and HTML when it times out', async () => {
    const api = await withFault('rateLimited=1', 'html408=1');
    const limited = await api.call('GET /me');
    expect(limited.body.message).toContain('Rate limit 120 exceeded - try again in 28s');
    const page = await api.call('GET /me');
    expect([page.headers.get('content-type'), page.text.startsWith('<html>')]).toEqual(['text/html', true]);
  });

  it('applies a slow request late, and answers a slow response late', async () => {
    const api = await withFault('slowRequest=1,for=1ms,on=POST', 'slowResponse=1,for=1h,after=1,on=POST');
    expect(await createUser(api)).toBe(200);
    await api.control('POST faults', { fault: 'slowRequest=1,for=1h,after=1,on=POST' });
    const answeredLate = createUser(api);
    await eventually(async () => (await countUsers(api)) === 2);
    const appliedLate = createUser(api);
    await eventually(async () => (await countArrived(api)) === 3);
    expect(await countUsers(api)).toBe(2);
    await api.emulator.close();
    expect(await Promise.all([answeredLate, appliedLate])).toEqual(['broken', 'broken']);
  });

  it('counts matching requests only, after those it lets pass', async () => {
    const api = await withFault('serverErrorBeforeApply=2,after=1,on=GET application-users$');
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      statuses.push((await api.call('GET /me')).status);
      statuses.push((await api.call(`GET ${ORG_USERS}`)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 500, 200, 500, 200, 200]);
  });

  it('strikes with a probability that a seed makes repeatable', async () => {
    const runs = [
      await withFault('serverErrorBeforeApply=50%'),
      await withFault('serverErrorBeforeApply=50%'),
    ];
    const seen = [];
    for (const api of runs) {
      const statuses = [];
      for (let i = 0; i < 12; i += 1) statuses.push((await api.call('GET /me')).status);
      seen.push(statuses.join());
    }
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]).toMatch(/200.*500|500.*200/);
  });
});

describe('faults of the Aiven emulator', () => {
  it('appUserDeleteSpurious400 refuses the first delete of a user and keeps it', async () => {
    const api = await withFault('appUserDeleteSpurious400');
    const user = await api.newUser();
    expect((await api.call(`DELETE ${ORG_USERS}/${user}`)).status).toBe(400);
    expect(await countUsers(api)).toBe(1);
    expect((await api.call(`DELETE ${ORG_USERS}/${user}`)).status).toBe(204);
  });

  it('limitMax250 refuses the limit of the Go clients and nothing else', async () => {
    const api = await withFault('limitMax250=always');
    const refused = await api.call('GET /me?limit=999');
    const message = 'Invalid value for limit parameter: maximum allowed value is 250';
    expect([refused.status, refused.body.message]).toEqual([400, message]);
    expect((await api.call('GET /me?limit=250')).status).toBe(200);
    expect((await (await start()).call('GET /me?limit=999')).status).toBe(200);
  });

  it('forbiddenAfterGrant refuses a fresh user only', async () => {
    const api = await withFault('forbiddenAfterGrant=always');
    const user = await api.newUser();
    expect((await api.newToken(user)).status).toBe(403);
    api.emulator.clock.advance(60_000);
    expect((await api.newToken(user)).status).toBe(200);
    expect((await api.newToken(user)).status).toBe(403);
  });

  it('accountList404 hides the accounts once', async () => {
    const api = await withFault('accountList404=1');
    expect((await api.call('GET /account')).status).toBe(404);
    expect((await api.call('GET /account')).status).toBe(200);
  });

  it('loginTokenEviction ends the least recently used login token', async () => {
    const api = await start();
    const login = { email: 'admin@example.com', password: 'emulator-admin' };
    const first = (await api.call('POST /userauth', login)).body.token ?? '';
    api.emulator.clock.advance(1000);
    const second = (await api.call('POST /userauth', login)).body.token ?? '';
    await api.control('POST faults', { fault: 'loginTokenEviction=1' });
    expect((await api.call('GET /me', undefined, { token: second })).status).toBe(200);
    expect((await api.call('GET /me', undefined, { token: first })).status).toBe(401);
  });

  it('listMissingOnce and listEmptyOnce lose entries for one answer', async () => {
    const api = await withFault(
      'listMissingOnce=1,on=access-tokens',
      'listEmptyOnce=1,after=1,on=access-tokens',
    );
    const user = await api.newUser();
    await api.newToken(user);
    await api.newToken(user);
    const sizes = [];
    for (let i = 0; i < 3; i += 1) sizes.push((await api.listTokens(user)).length);
    expect(sizes).toEqual([1, 0, 2]);
  });
});

describe('the grammar of faults', () => {
  it('names the nearest fault and lists all of them', () => {
    const read = (): unknown => readFault('dropAfterAply=1', knownFaults);
    expect(read).toThrow(EmulatorOptionError);
    expect(read).toThrow(/Did you mean "dropAfterApply"/);
    for (const name of Object.keys(knownFaults)) expect(read).toThrow(name);
  });

  it.each(['rateLimited=many', 'rateLimited=1,after', 'slowResponse,for=ever', 'rateLimited=101%'])(
    'refuses %s with the grammar',
    (text) => {
      expect(() => readFault(text, knownFaults)).toThrow(FAULT_GRAMMAR);
    },
  );
});

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
