// What is seen at a GitHub secret: dates, other writers, and what may not be seen.
import { describe, expect, it } from '@jest/globals';
import { github } from '../../github/harness.ts';
import { type Permissions, deliveryPermissions } from '../../github/server/access.ts';
import { timeOf } from '../../github/server/answer.ts';
import { deliveryErrorOf, never, pendingOf, receiptOf } from '../receipts.ts';
import { asked, deliver, openRun, place, receiptPlace, storedReceipt, value } from './harness.ts';

const second = 1_000;

function without(...names: readonly string[]): Permissions {
  return Object.fromEntries(Object.entries(deliveryPermissions).filter(([name]) => !names.includes(name)));
}

describe('the date of a secret', () => {
  it('is kept in the receipt as GitHub tells it, and told to the planner', async () => {
    const server = await github();
    const secret = openRun(server)();
    await deliver(secret, 1);
    const { value: found } = await secret.read(never);
    const writtenAt = Math.floor((server.secret(place)?.updatedAt ?? 0) / second) * second;
    expect(found).toEqual({ kind: 'opaque', changed: false, writtenAt });
    expect(storedReceipt(server).current?.updatedAt).toBe(new Date(writtenAt).toISOString());
  });

  it('stays in the receipt when only the receipt is written', async () => {
    const server = await github();
    const secret = openRun(server)();
    const version = await deliver(secret, 1);
    const before = storedReceipt(server).current?.updatedAt;
    // The engine does not know the date that was stored.
    const next = { ...receiptOf(1), pending: pendingOf(2).pending };
    await secret.write({ version, receipt: next }, never);
    expect(storedReceipt(server)).toMatchObject({
      current: { id: 'token1', updatedAt: before },
      pending: { generation: 2 },
    });
    expect((await secret.read(never)).value).toMatchObject({ changed: false });
  });

  it('that is not ours shows that someone else wrote', async () => {
    const server = await github();
    const secret = openRun(server)();
    const version = await deliver(secret, 1);
    server.advance(2 * second);
    server.setSecret(place, 'by hand');
    const state = await secret.read(never);
    expect([state.value, state.version === version]).toEqual([
      { kind: 'opaque', changed: true, writtenAt: expect.any(Number) },
      false,
    ]);
    const write = secret.write({ version, receipt: receiptOf(2), value }, never);
    expect((await deliveryErrorOf(write)).failure).toBe('conflict');
    expect(server.secret(place)?.value).toBe('by hand');
  });

  it('of a secret without a receipt is nobody we know', async () => {
    const server = await github();
    server.setSecret(place, 'by hand');
    const { receipt, value: found } = await openRun(server)().read(never);
    expect([receipt.kind, found]).toMatchObject(['none', { kind: 'opaque', changed: true }]);
  });

  it('is asked for again where GitHub does not tell it yet', async () => {
    const server = await github();
    const secret = openRun(server)();
    await deliver(secret, 1);
    const old = timeOf(server.secret(place)?.updatedAt ?? 0);
    server.advance(60 * second);
    const stale = { name: 'TOKEN', created_at: old, updated_at: old };
    const answer = { status: 200, body: stale };
    server.fault({
      on: 'GET /repos/{owner}/{repo}/actions/secrets/{secret_name}',
      skip: 2,
      times: 2,
      what: { kind: 'answer', answer },
    });
    await deliver(secret, 2);
    expect((await secret.read(never)).value).toMatchObject({ changed: false });
    expect(Date.parse(storedReceipt(server).current?.updatedAt ?? '')).toBeGreaterThan(Date.parse(old));
  });

  it('may be the same for two values within one second', async () => {
    const server = await github({ clock: () => 1_800_000_000_000 });
    const secret = openRun(server, { runtime: standingStill() })();
    await deliver(secret, 1);
    await deliver(secret, 2);
    expect((await secret.read(never)).value).toMatchObject({ changed: false });
    expect(storedReceipt(server).current?.id).toBe('token2');
  });
});

describe('a receipt', () => {
  it('is read again when another run has just finished', async () => {
    const server = await github();
    const [secret, other] = [openRun(server)(), openRun(server)()];
    await deliver(secret, 1);
    const older = server.variable(receiptPlace)?.value;
    server.advance(5 * second);
    await deliver(other, 2);
    const newer = server.variable(receiptPlace)?.value;
    // We look at the receipt before the other run writes value and receipt, and at the value after that.
    server.setVariable(receiptPlace, older);
    server.fault({
      on: 'GET /repos/{owner}/{repo}/actions/secrets/{secret_name}',
      what: { kind: 'meanwhile', act: () => server.setVariable(receiptPlace, newer) },
    });
    const state = await secret.read(never);
    expect(state.receipt).toMatchObject({ kind: 'receipt', receipt: { current: { id: 'token2' } } });
    expect(state.value).toMatchObject({ changed: false });
  });

  it('that people edited, or that a later keyturn wrote, is told and not guessed', async () => {
    const server = await github();
    const secret = openRun(server)();
    await deliver(secret, 1);
    server.setVariable(receiptPlace, 'mine');
    expect((await secret.read(never)).receipt.kind).toBe('corrupt');
    server.setVariable(receiptPlace, '{"v":7}');
    expect((await secret.read(never)).receipt).toEqual({ kind: 'newer', version: 7 });
  });
});

describe('what the token may not see', () => {
  it.each([
    ['variables', 'actions_variables', 'actions_variables=read'],
    ['secrets', 'secrets', 'secrets=read'],
  ])('is unknown for %s, with the permission it takes', async (_, permission, needed) => {
    const server = await github();
    await deliver(openRun(server)(), 1);
    const token = server.token({ permissions: without(permission) });
    const error = await deliveryErrorOf(openRun(server, { token })().read(never));
    expect([error.failure, error.message]).toEqual(['unknown', expect.stringContaining(`"${needed}"`)]);
  });

  it.each([
    ['a variable', ['actions_variables'], {}],
    ['a secret', ['secrets'], {}],
    ['an environment', ['environments'], { environment: 'production' }],
    ['a secret of Dependabot', ['dependabot_secrets'], { app: 'Dependabot' }],
    [
      'a variable of an organization',
      ['organization_actions_variables'],
      { organization: 'acme', visibility: 'all' },
    ],
    ['a secret of an organization', ['organization_secrets'], { organization: 'acme', visibility: 'all' }],
  ] as const)('is not taken for missing when %s is answered with 404', async (_, names, given) => {
    const server = await github();
    await deliver(openRun(server)(given), 1);
    const token = server.token({ permissions: without(...names), hidden: names });
    const error = await deliveryErrorOf(openRun(server, { token })(given).read(never));
    expect([error.failure, error.message]).toEqual(['unknown', expect.stringContaining('may not see it')]);
  });

  it('is the repository of someone else', async () => {
    const server = await github();
    server.repository('mallory/payments');
    const token = server.token({ repositories: ['acme/payments'] });
    const theirs = openRun(server, { token })({ repository: 'mallory/payments' });
    expect((await deliveryErrorOf(theirs.read(never))).failure).toBe('unknown');
    const error = await deliveryErrorOf(theirs.preflight(never));
    expect([error.failure, error.message]).toEqual([
      'refused',
      expect.stringContaining(
        'of the repository mallory/payments failed: 404. It is not there, or the token',
      ),
    ]);
  });

  it('is everything, for a token that is expired', async () => {
    const server = await github();
    const token = server.token();
    const secret = openRun(server, { token })();
    const version = await deliver(secret, 1);
    server.revoke(token);
    const read = await deliveryErrorOf(secret.read(never));
    const write = await deliveryErrorOf(secret.write({ version, receipt: receiptOf(2), value }, never));
    expect([read.failure, write.failure]).toEqual(['unknown', 'refused']);
    expect(read.message).toContain('The token is expired, revoked or garbled. Name a new one.');
  });
});

describe('requests', () => {
  it('are two for a reading', async () => {
    const server = await github();
    const open = openRun(server);
    await deliver(open(), 1);
    const from = server.requests.length;
    await open().read(never);
    expect(asked(server, from)).toEqual({ 'GET variables/one': 1, 'GET secrets/one': 1 });
  });

  it('for the public key, and to see what can be read, are made once per place and run', async () => {
    const server = await github();
    const open = openRun(server);
    const names = Array.from({ length: 10 }, (_, index) => `TOKEN_${index}`);
    await Promise.all(names.map((name) => deliver(open({ name }), 1)));
    const counts = asked(server);
    expect([counts['GET secrets/public-key'], counts['GET actions/variables']]).toEqual([1, 1]);
    expect([counts['PUT secrets/one'], counts['POST actions/variables']]).toEqual([10, 10]);
  });

  it('to deliver 100 secrets keep within the limits of GitHub', async () => {
    const server = await github();
    const open = openRun(server);
    const names = Array.from({ length: 100 }, (_, index) => `TOKEN_${index}`);
    await Promise.all(names.map((name) => deliver(open({ name }), 1)));
    expect(server.requests.filter(({ status }) => status === 403 || status === 429)).toEqual([]);
    for (const name of names) expect(server.secret({ ...place, name })?.value).toBe(value.reveal());
    expect(server.requests.length).toBeLessThan(800);
  });
});

/** Sleeps take no time, for GitHub neither. */
function standingStill() {
  return { monotonicMs: () => performance.now(), sleep: () => Promise.resolve() };
}
