// What goes wrong at GitHub in the middle of a write or a withdrawal. Whatever it is: what is called refused
// has changed nothing, and the next try makes it good.
import { describe, expect, it } from '@jest/globals';
import { DeliveryError } from '../../../src/core/errors.ts';
import { SecretValue } from '../../../src/core/secret.ts';
import type { Destination } from '../../../src/engine/ports.ts';
import { github } from '../../github/harness.ts';
import { fail } from '../../github/server/answer.ts';
import { type Mishap, primaryLimit, secondaryLimit, unavailable } from '../../github/server/faults.ts';
import type { GitHub } from '../../github/server/start.ts';
import { deliveryErrorOf, never, pendingOf, receiptOf } from '../receipts.ts';
import { asked, deliver, openRun, place, receiptPlace, storedReceipt, value } from './harness.ts';

const root = '/repos/{owner}/{repo}/actions';
const calls = {
  'the receipt': `GET ${root}/variables/{name}`,
  'the date': `GET ${root}/secrets/{secret_name}`,
  'the key': `GET ${root}/secrets/public-key`,
  'the list of variables': `GET ${root}/variables`,
  'the value': `PUT ${root}/secrets/{secret_name}`,
  'a new receipt': `POST ${root}/variables`,
  'the next receipt': `PATCH ${root}/variables/{name}`,
  'the end of the value': `DELETE ${root}/secrets/{secret_name}`,
  'the end of the receipt': `DELETE ${root}/variables/{name}`,
} as const;
type CallName = keyof typeof calls;

const mishaps: Readonly<Record<string, (server: GitHub) => Mishap>> = {
  'a 502': () => ({ kind: 'answer', answer: unavailable() }),
  'a 502 after the effect': () => ({ kind: 'answerAfter', answer: unavailable() }),
  'a connection broken before': () => ({ kind: 'reset', when: 'before' }),
  'a connection broken after': () => ({ kind: 'reset', when: 'after' }),
  'a secondary limit': () => ({ kind: 'answer', answer: secondaryLimit(5) }),
  'the hourly limit': (server) => ({ kind: 'answer', answer: primaryLimit(server.now() + 30_000) }),
  'a 403': () => ({ kind: 'answer', answer: fail(403, 'Resource not accessible by integration') }),
  'a 404': () => ({ kind: 'answer', answer: fail(404, 'Not Found') }),
  'a 422': () => ({ kind: 'answer', answer: fail(422, 'Validation Failed') }),
};

const second = new SecretValue('sEcOnD9+x/Zq7bgWywIh==');
const firstCalls = [
  'the receipt',
  'the list of variables',
  'the date',
  'the key',
  'the value',
  'a new receipt',
];
const nextCalls = ['the receipt', 'the date', 'the key', 'the value', 'the next receipt'];
const lastCalls = ['the receipt', 'the date', 'the end of the value', 'the end of the receipt'];

const cases = [
  ...firstCalls.map((name) => ['the first delivery', name] as const),
  ...nextCalls.map((name) => ['a replacement', name] as const),
  ...lastCalls.map((name) => ['a withdrawal', name] as const),
].flatMap(([what, name]) =>
  Object.keys(mishaps).flatMap((mishap) => [
    { what, name: name as CallName, mishap, times: 1 },
    { what, name: name as CallName, mishap, times: 99 },
  ]),
);

describe('in the middle of', () => {
  it.each(cases)(
    '$what, $mishap at $name, $times times, loses nothing',
    async ({ what, name, mishap, times }) => {
      const server = await github();
      if (what !== 'the first delivery') await deliver(openRun(server)(), 1);
      server.advance(10_000);
      const secret = openRun(server)();
      const { version } = await openRun(server)().read(never);
      const before = held(server);
      const from = server.requests.length;
      server.fault({
        on: new RegExp(`^${literally(calls[name])}$`),
        times,
        what: mishaps[mishap]?.(server) as Mishap,
      });
      const act = (at: string) => (what === 'a withdrawal' ? withdraw(secret, at) : replace(secret, at));
      const failure = await act(version).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(server.requests.slice(from).map(({ key }) => key)).toContain(calls[name]);
      if (failure !== undefined) {
        if (!(failure instanceof DeliveryError)) throw failure;
        if (failure.failure !== 'unknown') expect(held(server)).toEqual(before);
        expect(failure.message).toMatch(/\.$/);
        server.clearFaults();
        server.advance(120_000);
        await act((await secret.read(never)).version);
      }
      if (what === 'a withdrawal') expect(held(server)).toEqual([undefined, undefined]);
      else {
        expect(server.secret(place)?.value).toBe(second.reveal());
        expect(storedReceipt(server).current?.id).toBe('token2');
        server.clearFaults();
        expect((await openRun(server)().read(never)).value).toMatchObject({ changed: false });
      }
    },
  );
});

describe('a public key that GitHub changed', () => {
  it('is asked for again, once', async () => {
    const server = await github();
    const secret = openRun(server)();
    await deliver(secret, 1);
    server.rotateKey({ repository: 'acme/payments' });
    await deliver(secret, 2, second);
    expect(server.secret(place)?.value).toBe(second.reveal());
    expect(asked(server)).toMatchObject({ 'GET secrets/public-key': 2, 'PUT secrets/one': 3 });
  });

  it('again and again ends in a refusal that changes nothing', async () => {
    const server = await github();
    const secret = openRun(server)();
    await deliver(secret, 1);
    const before = held(server);
    server.fault({
      on: calls['the value'],
      times: 99,
      what: { kind: 'meanwhile', act: () => server.rotateKey({ repository: 'acme/payments' }) },
    });
    const error = await deliveryErrorOf(deliver(secret, 2));
    expect([error.failure, error.message]).toEqual([
      'refused',
      expect.stringContaining(
        'failed: 422. GitHub says: "Bad request - validation failed due to an improperly',
      ),
    ]);
    expect(held(server)).toEqual(before);
  });
});

describe('a value that is written and a receipt that is lost', () => {
  it('are seen, and the next write makes them good', async () => {
    const server = await github();
    const secret = openRun(server)();
    const version = await deliver(secret, 1);
    await secret.write({ version, receipt: pendingOf(2) }, never);
    server.advance(5_000);
    server.fault({
      on: calls['the next receipt'],
      times: 99,
      what: { kind: 'answer', answer: unavailable() },
    });
    const error = await deliveryErrorOf(deliver(secret, 2, second));
    expect([error.failure, error.message]).toEqual([
      'unknown',
      expect.stringMatching(/writing the variable "TOKEN_RECEIPT".* The secret was written before that\.$/),
    ]);
    server.clearFaults();
    const state = await openRun(server)().read(never);
    expect(state.receipt).toMatchObject({ kind: 'receipt', receipt: { pending: { generation: 2 } } });
    expect(state.value).toMatchObject({ kind: 'opaque', changed: true });
    expect(server.secret(place)?.value).toBe(second.reveal());
    await deliver(openRun(server)(), 2, second);
    expect((await secret.read(never)).value).toMatchObject({ changed: false });
  });
});

describe('someone who writes between our look and our write', () => {
  const meanwhile = (act: () => void): Mishap => ({ kind: 'meanwhile', act });

  it('of a first receipt is not overwritten', async () => {
    const server = await github();
    const secret = openRun(server)();
    const { version } = await secret.read(never);
    const act = () => server.setVariable(receiptPlace, 'theirs');
    server.fault({ on: calls['a new receipt'], what: meanwhile(act) });
    const error = await deliveryErrorOf(secret.write({ version, receipt: receiptOf(1) }, never));
    expect(error.failure).toBe('conflict');
    expect(server.variable(receiptPlace)?.value).toBe('theirs');
  });

  it('who deletes the receipt is found out', async () => {
    const server = await github();
    const secret = openRun(server)();
    const version = await deliver(secret, 1);
    const act = () => server.setVariable(receiptPlace, undefined);
    server.fault({ on: calls['the next receipt'], what: meanwhile(act) });
    const error = await deliveryErrorOf(secret.write({ version, receipt: pendingOf(2) }, never));
    expect(error.failure).toBe('conflict');
    expect(server.variable(receiptPlace)).toBeUndefined();
  });

  it('waits for us when it is the same run', async () => {
    const server = await github();
    const open = openRun(server);
    const version = await deliver(open(), 1);
    const writes = [2, 3, 4].map((generation) =>
      open().write({ version, receipt: receiptOf(generation), value }, never),
    );
    const ends = await Promise.allSettled(writes);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(storedReceipt(server).current?.id).toBe('token2');
  });
});

describe('a repository that was renamed', () => {
  it('is not followed to its new name', async () => {
    const server = await github();
    const secret = openRun(server)();
    const version = await deliver(secret, 1);
    server.rename('acme/payments', 'acme/pay');
    const read = await deliveryErrorOf(secret.read(never));
    const write = await deliveryErrorOf(
      secret.write({ version, receipt: receiptOf(2), value: second }, never),
    );
    expect([read.failure, write.failure]).toEqual(['unknown', 'refused']);
    expect(read.message).toContain('Name it as it is called now.');
    expect(server.secret({ ...place, repository: 'acme/pay' })?.value).toBe(value.reveal());
  });
});

describe('a GitHub of one’s own', () => {
  it('is served below its path', async () => {
    const server = await github({ prefix: '/api/v3' });
    const secret = openRun(server)({ environment: 'production' });
    const version = await deliver(secret, 1);
    expect(server.secret({ ...place, environment: 'production' })?.value).toBe(value.reveal());
    await secret.withdraw({ version, keepValue: false }, never);
    expect(server.secret({ ...place, environment: 'production' })).toBeUndefined();
  });
});

/** Value and receipt as they lie there, with the date of the value. */
function held(server: GitHub): readonly unknown[] {
  return [server.secret(place), server.variable(receiptPlace)];
}

async function replace(secret: Destination, version: string): Promise<void> {
  await secret.write({ version, receipt: receiptOf(2), value: second }, never);
}

async function withdraw(secret: Destination, version: string): Promise<void> {
  await secret.withdraw({ version, keepValue: false }, never);
}

function literally(text: string): string {
  return text.replace(/[{}/]/g, '\\$&');
}
