// What the client makes of GitHub's answers, over HTTP: kinds of failure, and what goes again.
import { describe, expect, it } from '@jest/globals';
import { authenticatedLogin } from '../../src/github/login.ts';
import { getRepository } from '../../src/github/repositories.ts';
import { clientOf, failureOf, forever, github, payments } from './harness.ts';
import { deliveryPermissions, readOnly, workflowPermissions } from './server/access.ts';
import { secondaryLimit, unavailable } from './server/faults.ts';
import { type Call, create, place, read, remove, send, update } from './variable-calls.ts';

describe('a failure', () => {
  it('of the token is told from everything else', async () => {
    const server = await github();
    const error = await failureOf(send(clientOf(server, { token: 'ghp_gone' }), read));
    expect(error.failure).toBe('credential');
    expect(error.message).toBe(
      'github: reading failed: 401. The token is expired, revoked or garbled. Name a new one. ' +
        'GitHub says: "Bad credentials".',
    );
  });

  it('for want of a permission names it and says how to give it', async () => {
    const server = await github();
    const token = server.token({ permissions: { metadata: 'read' } });
    const ofSecrets = await failureOf(send(clientOf(server, { token }), create));
    expect([ofSecrets.failure, ofSecrets.status]).toEqual(['refused', 403]);
    expect(ofSecrets.message).toContain('lacks the permission "actions_variables=write". A workflow');
    const issues = ['repos', 'acme', 'payments', 'issues', '1', 'comments'];
    const call: Call = { ...create, path: issues, body: { body: 'x' } };
    const ofComments = await failureOf(send(clientOf(server, { token }), call));
    expect(ofComments.message).toContain(
      'write" or "pull_requests=write". In a workflow, add "issues: write" to the job\'s permissions.',
    );
  });

  it('with 404 is said to be either', async () => {
    const server = await github();
    const token = server.token({ repositories: ['acme/other'] });
    const error = await failureOf(getRepository(clientOf(server, { token }), payments, forever));
    expect([error.failure, error.status]).toEqual(['missing', 404]);
    expect(error.message).toContain('or the token may not see it');
  });

  it('with 422 repeats what GitHub says, without what was sent', async () => {
    const server = await github();
    const answer = { status: 422, body: { message: 'Bad value "s3cr3t-of-mine"', documentation_url: 'x' } };
    server.fault({ on: 'POST', what: { kind: 'answer', answer } });
    const error = await failureOf(send(clientOf(server), { ...create, hidden: ['s3cr3t-of-mine'] }));
    expect([error.failure, error.status]).toEqual(['refused', 422]);
    expect(error.message).toBe('github: creating failed: 422. GitHub says: "Bad value "[removed]"".');
  });

  it('of a renamed repository says so and is not followed', async () => {
    const server = await github();
    const moved = { status: 301, body: { message: 'Moved Permanently', url: 'x', documentation_url: 'x' } };
    const headers = { location: `${server.apiUrl}/user` };
    server.fault({
      on: 'GET /repos/{owner}/{repo}',
      what: { kind: 'answer', answer: { ...moved, headers } },
    });
    const error = await failureOf(getRepository(clientOf(server), payments, forever));
    expect(error.message).toContain('It has moved: it was renamed or transferred.');
    expect(server.requests).toHaveLength(1);
  });

  it('to reach GitHub at all is told from an answer that never came', async () => {
    const server = await github();
    const nobody = await failureOf(send(clientOf(server, { apiUrl: 'http://127.0.0.1:9' }), create));
    expect(nobody.failure).toBe('unreachable');
    server.fault({ on: 'POST', what: { kind: 'reset', when: 'after' } });
    const unanswered = await failureOf(send(clientOf(server), create));
    expect(unanswered.failure).toBe('ambiguous');
    expect(server.variable(place)?.value).toBe('1');
  });

  it('never holds the token', async () => {
    const server = await github();
    const token = server.token();
    const answer = { status: 400, body: { message: `what is ${token}?`, documentation_url: 'x' } };
    server.fault({ on: 'GET', what: { kind: 'answer', answer } });
    const error = await failureOf(send(clientOf(server, { token }), read));
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toContain(token);
  });
});

describe('a repetition', () => {
  it.each([
    ['read', read],
    ['update', update],
    ['delete', remove],
  ])('of a %s outlasts what passes', async (_, call) => {
    const server = await github();
    server.setVariable(place, '1');
    server.fault({ on: call.method, what: { kind: 'answer', answer: unavailable() }, times: 2 });
    server.fault({ on: call.method, skip: 2, what: { kind: 'reset', when: 'before' } });
    await send(clientOf(server), call);
    expect(server.requests).toHaveLength(4);
  });

  it('of a create is not made when it may have taken effect', async () => {
    const server = await github();
    server.fault({ on: 'POST', what: { kind: 'answerAfter', answer: unavailable() } });
    expect((await failureOf(send(clientOf(server), create))).failure).toBe('ambiguous');
    expect(server.requests).toHaveLength(1);
  });

  it('of a create is made when it was turned away by a limit', async () => {
    const server = await github();
    server.fault({ on: 'POST', what: { kind: 'answer', answer: secondaryLimit(7) } });
    await send(clientOf(server), create);
    expect(server.variable(place)?.value).toBe('1');
  });

  it('that is refused does not hide that the first try may have taken effect', async () => {
    const server = await github();
    server.setVariable(place, '1');
    server.fault({ on: 'PATCH', what: { kind: 'answerAfter', answer: unavailable() } });
    const answer = { status: 403, body: { message: 'no', documentation_url: 'x' } };
    server.fault({ on: 'PATCH', skip: 1, what: { kind: 'answer', answer } });
    const error = await failureOf(send(clientOf(server), update));
    expect([error.failure, error.status]).toEqual(['ambiguous', 403]);
    expect(error.message).toContain('whether it took effect is unknown');
    expect(server.variable(place)?.value).toBe('2');
  });

  it('of a delete that took effect ends with "missing"', async () => {
    const server = await github();
    server.setVariable(place, '1');
    server.fault({ on: 'DELETE', what: { kind: 'reset', when: 'after' } });
    expect((await failureOf(send(clientOf(server), remove))).failure).toBe('missing');
  });

  it('ends when it is told to stop', async () => {
    const server = await github();
    const error = await failureOf(clientOf(server).request(update, AbortSignal.abort()));
    expect(error.failure).toBe('unreachable');
    expect(server.requests).toHaveLength(0);
  });
});

describe('who the token belongs to', () => {
  it.each(['github-actions[bot]', 'keyturn-acme[bot]', 'octocat'])('is told for %s', async (login) => {
    const server = await github();
    const token = server.token({ login, permissions: workflowPermissions });
    expect(await authenticatedLogin(clientOf(server, { token }), forever)).toBe(login);
  });

  it('is asked in the old way where the new one is closed, and may stay unknown', async () => {
    const server = await github();
    const answer = { status: 403, body: { message: 'no', documentation_url: 'x' } };
    server.fault({ on: 'graphql', what: { kind: 'answer', answer }, times: 2 });
    const person = server.token({ login: 'octocat', permissions: { user: 'read' } });
    expect(await authenticatedLogin(clientOf(server, { token: person }), forever)).toBe('octocat');
    const app = server.token({ permissions: readOnly(deliveryPermissions) });
    expect(await authenticatedLogin(clientOf(server, { token: app }), forever)).toBeUndefined();
  });
});

describe('a GitHub of one’s own', () => {
  it('is reached below its path', async () => {
    const server = await github({ prefix: '/api/v3' });
    const client = clientOf(server);
    for (let index = 0; index < 12; index++) server.setVariable({ ...place, name: `V${index}` }, 'x');
    let pages = 0;
    for await (const _ of client.pages(read, { mostPages: 9, signal: forever })) pages += 1;
    expect(pages).toBe(2);
    expect(await authenticatedLogin(client, forever)).toBe('keyturn[bot]');
    expect(client.sent()).toBe(server.requests.length);
  });
});
