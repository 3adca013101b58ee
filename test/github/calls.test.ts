// The calls that the Action makes: comments, merged pull requests, history, files.
import { describe, expect, it } from '@jest/globals';
import { branchHead, compareCommits, isAncestor } from '../../src/github/commits.ts';
import { createComment, findComments, longestComment, updateComment } from '../../src/github/comments.ts';
import { readFileAt } from '../../src/github/contents.ts';
import { listMergedPulls } from '../../src/github/pulls.ts';
import { getRepository } from '../../src/github/repositories.ts';
import { clientOf, failureOf, forever, github, payments } from './harness.ts';
import { readOnly, workflowPermissions } from './server/access.ts';
import type { GitHub } from './server/start.ts';

const repository = 'acme/payments';
const pull = { ...payments, number: 7 } as const;
const marker = '<!-- keyturn -->';
const day = 86_400_000;

/** A client with what the token of a workflow may do. */
function workflow(server: GitHub, permissions = workflowPermissions) {
  return clientOf(server, { token: server.token({ login: 'github-actions[bot]', permissions }) });
}

describe('comments', () => {
  it('are created and updated in place', async () => {
    const server = await github();
    const client = workflow(server);
    const made = await createComment(client, pull, { body: `${marker} one`, signal: forever });
    expect(made.author).toBe('github-actions[bot]');
    await updateComment(client, payments, { id: made.id, body: `${marker} two`, signal: forever });
    expect(server.comments(repository, 7).map(({ body }) => body)).toEqual([`${marker} two`]);
  });

  it('are found by marker and author among many, on the first page that has one', async () => {
    const server = await github();
    for (let index = 0; index < 250; index++) {
      const body = index === 30 || index === 150 ? `${marker} x` : 'hm';
      const author = index === 150 ? 'github-actions[bot]' : 'mallory';
      server.comment(repository, { number: 7, author, body });
    }
    server.comment(repository, { number: 8, author: 'github-actions[bot]', body: marker });
    const [found, ...more] = await findComments(workflow(server), pull, {
      isWanted: ({ body, author }) => body.startsWith(marker) && author === 'github-actions[bot]',
      signal: forever,
    });
    expect([found?.author, more]).toEqual(['github-actions[bot]', []]);
    expect(server.requests).toHaveLength(2);
  });

  it('are not looked for without end', async () => {
    const server = await github();
    for (let index = 0; index < 450; index++)
      server.comment(repository, { number: 7, author: 'a', body: 'hm' });
    const search = { isWanted: () => false, signal: forever, mostPages: 3 };
    expect(await findComments(workflow(server), pull, search)).toEqual([]);
    expect(server.requests).toHaveLength(3);
  });

  it('over the limit of GitHub are refused by it', async () => {
    const server = await github();
    const write = (length: number) =>
      createComment(workflow(server), pull, { body: 'x'.repeat(length), signal: forever });
    await write(longestComment);
    expect((await failureOf(write(longestComment + 1))).status).toBe(422);
  });

  it('that may not be written are told from those that are gone', async () => {
    const server = await github();
    const forbidden = workflow(server, readOnly(workflowPermissions));
    expect((await failureOf(createComment(forbidden, pull, { body: 'x', signal: forever }))).status).toBe(
      403,
    );
    const gone = updateComment(workflow(server), payments, { id: 1, body: 'x', signal: forever });
    expect((await failureOf(gone)).failure).toBe('missing');
  });
});

describe('merged pull requests', () => {
  const list = (server: GitHub, sinceMs: number, mostPages?: number) =>
    listMergedPulls(workflow(server), payments, {
      base: 'main',
      sinceMs,
      signal: forever,
      ...(mostPages === undefined ? {} : { mostPages }),
    });

  it('are those of the branch, merged since', async () => {
    const server = await github();
    const now = server.now();
    const merged = (number: number, days: number, base = 'main') =>
      server.pull(repository, { number, base, mergedAt: now - days * day, mergeCommit: `c${number}` });
    merged(1, 40);
    merged(2, 20);
    merged(3, 5, 'release');
    merged(4, 1);
    server.pull(repository, { number: 5, state: 'closed', updatedAt: now });
    server.pull(repository, { number: 6 });
    const { pulls, isComplete } = await list(server, now - 30 * day);
    expect([pulls.map(({ number }) => number), isComplete]).toEqual([[4, 2], true]);
    expect(pulls[0]).toMatchObject({ mergeCommit: 'c4' });
    expect(Math.abs((pulls[0]?.mergedAt ?? 0) - (now - day))).toBeLessThan(1_000);
  });

  it('are read page by page, as far as they may be recent', async () => {
    const server = await github();
    const now = server.now();
    for (let number = 1; number <= 350; number++)
      server.pull(repository, {
        number,
        mergedAt: now - (number - 0.5) * (day / 5),
        mergeCommit: `c${number}`,
      });
    const { pulls } = await list(server, now - 30 * day);
    expect([pulls.length, server.requests.length]).toEqual([150, 2]);
    expect((await list(server, 0, 2)).isComplete).toBe(false);
  });
});

describe('history', () => {
  async function withHistory() {
    const server = await github();
    server.commit(repository, { sha: 'a1' });
    server.commit(repository, { sha: 'b2', parents: ['a1'], files: { 'keys/tokens.yaml': 'ü: 1\n' } });
    server.commit(repository, { sha: 'c3', parents: ['b2'], branch: 'main' });
    server.commit(repository, { sha: 'd4', parents: ['b2'], branch: 'feature/x' });
    return server;
  }

  it.each([
    ['a1', 'c3', true],
    ['c3', 'c3', true],
    ['c3', 'a1', false],
    ['d4', 'c3', false],
    ['ffff', 'c3', false],
  ])('tells whether %s is in %s', async (commit, head, contained) => {
    const client = workflow(await withHistory());
    expect(await isAncestor(client, payments, { commit, head, signal: forever })).toBe(contained);
  });

  it('tells what two branches grew from', async () => {
    const client = workflow(await withHistory());
    const between = { base: 'main', head: 'feature/x', signal: forever };
    expect(await compareCommits(client, payments, between)).toEqual({ status: 'diverged', mergeBase: 'b2' });
  });

  it('tells where a branch is', async () => {
    const client = workflow(await withHistory());
    expect(await branchHead(client, payments, { branch: 'main', signal: forever })).toBe('c3');
    expect(await branchHead(client, payments, { branch: 'feature/x', signal: forever })).toBe('d4');
    expect(await branchHead(client, payments, { branch: 'gone', signal: forever })).toBeUndefined();
  });

  it('tells what a file was', async () => {
    const server = await withHistory();
    const read = (path: string, ref: string) =>
      readFileAt(workflow(server), payments, { path, ref, signal: forever });
    expect(await read('keys/tokens.yaml', 'b2')).toBe('ü: 1\n');
    expect(await read('keys/tokens.yaml', 'a1')).toBeUndefined();
    server.commit(repository, { sha: 'e5', files: { large: 'x'.repeat(1024 * 1024 + 1) } });
    expect((await failureOf(read('large', 'e5'))).message).toContain('the file is over 1 MB');
    expect((await failureOf(read('../../other', 'b2'))).message).toContain('was not tried');
  });

  it('tells what a repository is called now', async () => {
    const server = await github();
    server.repository('acme/web', { isPrivate: false, id: 42 });
    const found = await getRepository(workflow(server), { owner: 'Acme', repo: 'Web' }, forever);
    expect(found).toEqual({ id: 42, fullName: 'acme/web', isPrivate: false });
  });
});
