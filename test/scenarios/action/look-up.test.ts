// Where approvals are looked for: cheaply, completely, and by GitHub's clock.
import { describe, expect, it } from '@jest/globals';
import { fail } from '../../github/server/answer.ts';
import { primaryLimit } from '../../github/server/faults.ts';
import { repository } from './events.ts';
import { shaOf } from './history.ts';
import { manifest } from './manifests.ts';
import { day, startStage, type Stage } from './stage.ts';

const two = manifest([{ name: 'deploy' }, { name: 'audit' }]);

/** Approved in pull request 1, which is merged and not applied; then something else is pushed. */
async function approvedEarlier(stage: Stage): Promise<void> {
  stage.propose(1, { 'tokens.yaml': manifest() });
  await stage.onPull(1);
  stage.merge(1);
}

/** So many more, merged without a word about tokens. */
function mergeOthers(stage: Stage, count: number): void {
  for (let number = 100; number < 100 + count; number++) {
    stage.github.pull(repository, {
      number,
      mergedAt: stage.github.now(),
      mergeCommit: shaOf(`other ${number}`),
    });
    for (const author of ['octocat', 'mallory', 'github-actions[bot]'])
      stage.github.comment(repository, { number, author, body: `LGTM ${number}` });
  }
}

const listing = /GET \/repos\/\{owner\}\/\{repo\}\/pulls$/;

/** Planned, changed after that, and merged: one change is approved by the head, and one by nothing. */
async function plannedThenWidened(stage: Stage): Promise<void> {
  stage.propose(1, { 'tokens.yaml': manifest() });
  await stage.onPull(1);
  stage.propose(1, { 'tokens.yaml': two });
  stage.merge(1);
}

describe('the look for approvals', () => {
  it('takes as many requests after hundreds of pull requests as after one', async () => {
    const stage = await startStage();
    await approvedEarlier(stage);
    mergeOthers(stage, 250);
    stage.push({ 'tokens.yaml': two });
    const before = stage.github.requests.length;
    const run = await stage.onPush();
    expect(run.outputs).toMatchObject({ created: '1', 'failure-reason': 'not-approved' });
    const asked = stage.github.requests.slice(before).map(({ key }) => key);
    const count = (part: string) => asked.filter((key) => key.endsWith(part)).length;
    expect(count('GET /repos/{owner}/{repo}/pulls')).toBe(3);
    expect(count('GET /repos/{owner}/{repo}/issues/comments')).toBe(8);
    expect(count('/issues/{issue_number}/comments')).toBe(0);
    expect((await stage.served()).live).toBe(true);
  });

  it('finds what was planned long before it was merged', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.advance(40 * day);
    stage.merge(1);
    stage.advance(60_000);
    stage.push({ 'README.md': 'more' });
    expect((await stage.onPush()).outputs).toMatchObject({ created: '1', 'failure-reason': '' });
    expect(stage.comments(1)[0]).toContain('**Applied** with');
  });

  it.each([
    [29, ''],
    [31, 'not-approved'],
  ])('counts %i days by GitHub’s clock, and not by the runner’s', async (days, reason) => {
    const stage = await startStage();
    // The runner believes that it is today; at GitHub a year has passed.
    stage.github.advance(365 * day);
    await approvedEarlier(stage);
    stage.push({ 'README.md': 'more' });
    stage.github.advance(days * day);
    expect((await stage.onPush()).outputs['failure-reason']).toBe(reason);
  });

  it('that fails half way applies what the last pull request approved, and says so', async () => {
    const stage = await startStage();
    await plannedThenWidened(stage);
    const answer = fail(422, 'no');
    stage.github.fault({ on: listing, times: 9, what: { kind: 'answer', answer } });
    const run = await stage.onPush();
    expect(run.outputs).toMatchObject({ created: '1', 'failure-reason': 'github-unavailable' });
    expect(run.annotations).toMatchSnapshot();
    expect((await stage.served()).live).toBe(true);
    expect((await stage.served('AUDIT_TOKEN')).live).toBe(false);
    stage.github.clearFaults();
    expect((await stage.onPush()).outputs['failure-reason']).toBe('not-approved');
  });

  it('that the hourly limit ends changes nothing and says when to go on', async () => {
    const stage = await startStage();
    await plannedThenWidened(stage);
    const answer = primaryLimit(stage.github.now() + 3_600_000);
    stage.github.fault({ on: listing, times: 9, what: { kind: 'answer', answer } });
    const run = await stage.onPush();
    expect(run.outputs).toMatchObject({ 'failure-reason': 'github-unavailable' });
    expect(run.annotations.join('\n')).toContain('The hourly rate limit of the token is used up');
    expect(await stage.live()).toEqual([]);
    stage.advance(3_600_000);
    stage.github.clearFaults();
    expect((await stage.onPush()).outputs['failure-reason']).toBe('not-approved');
    expect((await stage.served()).live).toBe(true);
  });
});
