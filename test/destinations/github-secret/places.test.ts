// Where a value and its receipt go, who may read them, and what is found out before anything is written.
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import { github } from '../../github/harness.ts';
import { readOnly, deliveryPermissions } from '../../github/server/access.ts';
import { canary, deliveryErrorOf, never, receiptOf } from '../receipts.ts';
import { asked, deliver, openRun, place, receiptPlace, storedReceipt, value } from './harness.ts';

describe('a GitHub secret', () => {
  it('of a repository has its receipt in a variable of the repository', async () => {
    const server = await github();
    await deliver(openRun(server)(), 1);
    expect(server.secret(place)?.value).toBe(canary);
    expect(storedReceipt(server).current).toMatchObject({ id: 'token1', generation: 1 });
  });

  it('of an environment has its receipt there, and leaves the repository alone', async () => {
    const server = await github();
    await deliver(openRun(server)({ environment: 'production' }), 1);
    expect(server.secret({ ...place, environment: 'production' })?.value).toBe(canary);
    expect(storedReceipt(server, { ...receiptPlace, environment: 'production' }).current?.id).toBe('token1');
    expect([server.secret(place), server.variable(receiptPlace)]).toEqual([undefined, undefined]);
  });

  it('of an environment with a slash in its name is reached', async () => {
    const server = await github();
    server.repository('acme/web', { environments: ['prod/eu: 1'] });
    const web = { repository: 'acme/web', environment: 'prod/eu: 1' };
    await deliver(openRun(server)(web), 1);
    expect(server.secret({ ...web, name: 'TOKEN' })?.value).toBe(canary);
  });

  it('of Dependabot has its receipt in an Actions variable of another name', async () => {
    const server = await github();
    const open = openRun(server);
    await deliver(open({ app: 'Dependabot' }), 1);
    await deliver(open(), 2, new SecretValue('other'));
    expect(server.secret({ ...place, app: 'Dependabot' })?.value).toBe(canary);
    expect(server.secret(place)?.value).toBe('other');
    const own = storedReceipt(server, { ...place, name: 'TOKEN_DEPENDABOT_RECEIPT' });
    expect([own.current?.generation, storedReceipt(server).current?.generation]).toEqual([1, 2]);
  });

  it('is one whatever the case of owner and repository', async () => {
    const server = await github();
    const open = openRun(server);
    await deliver(open({ repository: 'Acme/PAYMENTS' }), 1);
    expect((await open().read(never)).receipt.kind).toBe('receipt');
  });

  it('over 48 KB is refused before anything is sent', async () => {
    const server = await github();
    const secret = openRun(server)();
    const large = new SecretValue(`${'ü'.repeat(24 * 1024)}x`);
    const write = secret.write({ version: '', receipt: receiptOf(1), value: large }, never);
    expect((await deliveryErrorOf(write)).message).toBe(
      '"githubSecret/acme/payments::TOKEN" was not written: the value has 49153 bytes; GitHub takes 49152. ' +
        'Deliver it to a file or a Kubernetes Secret.',
    );
    expect(server.requests).toEqual([]);
    await deliver(secret, 1, new SecretValue('ü'.repeat(24 * 1024)));
    expect(server.secret(place)?.value).toHaveLength(24 * 1024);
  });
});

describe('a secret of an organization', () => {
  const all = { organization: 'acme', name: 'TOKEN' } as const;
  const receipt = { organization: 'acme', name: 'TOKEN_RECEIPT' } as const;

  it.each(['all', 'private'] as const)(
    'is readable by %s repositories, and so is its receipt',
    async (who) => {
      const server = await github();
      await deliver(openRun(server)({ organization: 'acme', visibility: who }), 1);
      expect(server.secret(all)).toMatchObject({ value: canary, visibility: who });
      expect(server.variable(receipt)?.visibility).toBe(who);
    },
  );

  it('is readable by the selected repositories, whose list goes with every value', async () => {
    const server = await github();
    server.repository('acme/web', { id: 77 });
    server.repository('acme/payments', { id: 11 });
    const given = {
      organization: 'acme',
      visibility: 'selected',
      repositories: ['payments', 'Web'],
    } as const;
    const open = openRun(server);
    await deliver(open(given), 1);
    expect(server.secret(all)).toMatchObject({ visibility: 'selected', repositoryIds: [11, 77] });
    await deliver(open({ ...given, repositories: ['web'] }), 2);
    expect(server.secret(all)).toMatchObject({ visibility: 'selected', repositoryIds: [77] });
    expect(server.variable(receipt)).toMatchObject({ visibility: 'selected', repositoryIds: [77] });
    // Ids are asked for once.
    expect(server.requests.filter(({ key }) => key === 'GET /repos/{owner}/{repo}')).toHaveLength(2);
  });

  it('keeps its readers while only its receipt is written', async () => {
    const server = await github();
    const secret = openRun(server)({ organization: 'acme', visibility: 'all' });
    const version = await deliver(secret, 1);
    const narrower = openRun(server)({ organization: 'acme', visibility: 'private' });
    await narrower.write({ version, receipt: receiptOf(1) }, never);
    expect([server.secret(all)?.visibility, server.variable(receipt)?.visibility]).toEqual(['all', 'all']);
  });

  it('warns before it becomes readable by others', async () => {
    const server = await github();
    await deliver(openRun(server)({ organization: 'acme', visibility: 'private' }), 1);
    const wider = openRun(server)({ organization: 'acme', visibility: 'all' });
    expect(await wider.preflight(never)).toEqual([
      '"githubSecret/acme::TOKEN" is readable by private repositories and becomes readable by all' +
        ' repositories with the next value.',
    ]);
  });

  it('is refused before it is written when a selected repository is not there', async () => {
    const server = await github();
    const given = {
      organization: 'acme',
      visibility: 'selected',
      repositories: ['payments', 'gone'],
    } as const;
    const error = await deliveryErrorOf(openRun(server)(given).preflight(never));
    expect([error.failure, error.message]).toEqual([
      'refused',
      expect.stringContaining('reading the repository acme/gone failed: 404.'),
    ]);
  });

  it('of an owner that is no organization cannot be told from one that may not be seen', async () => {
    const server = await github();
    const secret = openRun(server)({ organization: 'octocat', visibility: 'all' });
    expect((await deliveryErrorOf(secret.read(never))).failure).toBe('unknown');
  });
});

describe('an environment that is not there', () => {
  const staging = { environment: 'staging eu' };

  it('holds nothing', async () => {
    const server = await github();
    const state = await openRun(server)(staging).read(never);
    expect([state.receipt.kind, state.value.kind]).toEqual(['none', 'absent']);
  });

  it('is never made, but named with the command that makes it', async () => {
    const server = await github();
    const secret = openRun(server)(staging);
    const { version } = await secret.read(never);
    const calls = [
      secret.preflight(never),
      secret.write({ version, receipt: receiptOf(1), value }, never),
      secret.write({ version, receipt: receiptOf(1) }, never),
    ];
    for (const call of calls) {
      const error = await deliveryErrorOf(call);
      expect([error.failure, error.message]).toEqual([
        'refused',
        '"githubSecret/acme/payments:staging%20eu:TOKEN" was not written: the environment "staging eu" is' +
          ' not there. Make it in the settings of the repository, with its protection rules, or with' +
          ' "gh api --method PUT repos/acme/payments/environments/staging%20eu".',
      ]);
    }
    expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('needs no withdrawal any more', async () => {
    const server = await github();
    const secret = openRun(server)({ environment: 'production' });
    const version = await deliver(secret, 1);
    server.removeEnvironment('acme/payments', 'production');
    await secret.withdraw({ version, keepValue: false }, never);
  });

  it('is not taken for certain when the repository cannot be seen', async () => {
    const server = await github();
    const token = server.token({ repositories: ['acme/other'] });
    const error = await deliveryErrorOf(openRun(server, { token })(staging).read(never));
    expect([error.failure, error.message]).toEqual([
      'unknown',
      expect.stringContaining('Is the environment not there yet? Make it in the settings'),
    ]);
  });
});

describe('a preflight', () => {
  it('changes nothing and says nothing when all is well', async () => {
    const server = await github();
    expect(await openRun(server)().preflight(never)).toEqual([]);
    expect(asked(server)).toEqual({
      'GET variables/one': 1,
      'GET actions/variables': 1,
      'GET secrets/one': 1,
      'GET secrets/public-key': 1,
    });
  });

  it('of a token that may read nothing there is refused', async () => {
    const server = await github();
    const token = server.token({ permissions: { metadata: 'read' } });
    const error = await deliveryErrorOf(openRun(server, { token })().preflight(never));
    expect([error.failure, error.message]).toEqual([
      'refused',
      expect.stringContaining('"actions_variables=read"'),
    ]);
  });

  it('of a token that may only read leaves the refusal to the first write', async () => {
    const server = await github();
    const token = server.token({ permissions: readOnly(deliveryPermissions) });
    const secret = openRun(server, { token })();
    await secret.preflight(never);
    const { version } = await secret.read(never);
    const error = await deliveryErrorOf(secret.write({ version, receipt: receiptOf(1) }, never));
    expect([error.failure, error.message]).toEqual([
      'refused',
      expect.stringMatching(/"actions_variables=write".*repository permission "Variables": write/),
    ]);
    expect(server.variable(receiptPlace)).toBeUndefined();
  });
});
