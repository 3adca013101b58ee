// The comment is what a merge approves: who may write it, which run may, what it says when a run ends early.
import { describe, expect, it } from '@jest/globals';
import { workflowPermissions } from '../../github/server/access.ts';
import { fail } from '../../github/server/answer.ts';
import { repository } from './events.ts';
import { manifest } from './manifests.ts';
import { startStage } from './stage.ts';

const two = manifest([{ name: 'deploy' }, { name: 'audit' }]);

describe('an old plan that is run again', () => {
  it('leaves the comment to the plan of the last commit', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': two });
    const { head } = stage.pull(1);
    await stage.onPull(1);
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    const [planned] = stage.comments(1);
    const run = await stage.onPull(1, { head });
    expect(run.transcript).toMatchSnapshot();
    expect(stage.comments(1)).toEqual([planned]);
    stage.merge(1);
    expect((await stage.onPush()).outputs).toMatchObject({ created: '1', 'failure-reason': '' });
    expect((await stage.served('AUDIT_TOKEN')).live).toBe(false);
  });

  it('leaves the comment of a merged pull request alone', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const [applied] = stage.comments(1);
    expect(applied).toContain('**Applied** with');
    const run = await stage.onPull(1);
    expect(run.annotations.join('\n')).toContain('#1 is not open any more');
    expect(stage.comments(1)).toEqual([applied]);
  });

  it('that ran twice at once leaves one comment after the next run', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    // The other run found no comment either.
    await stage.onPull(1);
    const [body = ''] = stage.comments(1);
    stage.github.comment(repository, { number: 1, author: 'github-actions[bot]', body });
    stage.propose(1, { 'tokens.yaml': two });
    await stage.onPull(1);
    expect(stage.comments(1)).toHaveLength(1);
    expect(stage.comments(1)[0]).toContain('2 create');
  });
});

describe('a comment that somebody edited', () => {
  it('approves nothing, and the run says who it was', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.propose(2, { 'tokens.yaml': two });
    await stage.onPull(2);
    const wanted = stage.comments(2)[0] ?? '';
    const [comment] = stage.github.comments(repository, 1);
    // What pull request 1 showed, with the digests of something else.
    const digests = /<!-- keyturn-digests[\s\S]*-->/;
    const forged = (comment?.body ?? '').replace(digests, digests.exec(wanted)?.[0] ?? '');
    stage.github.editComment(repository, comment?.id ?? 0, forged, 'mallory');
    stage.merge(1);
    stage.push({ 'tokens.yaml': two });
    const run = await stage.onPush();
    expect(run.outputs['failure-reason']).toBe('not-approved');
    expect(run.stdout).toContain('The comment on #1 was edited last by mallory, so it approves nothing.');
    expect(await stage.live()).toEqual([]);
  });

  it('counts again once the plan has written it anew', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    const [comment] = stage.github.comments(repository, 1);
    stage.github.editComment(repository, comment?.id ?? 0, `${comment?.body}\nnoted`, 'mallory');
    await stage.onPull(1);
    stage.merge(1);
    expect((await stage.onPush()).outputs['failure-reason']).toBe('');
  });
});

describe('a token that GitHub tells no name', () => {
  it('leaves no comment that an apply would not find', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    stage.github.fault({ on: '/graphql', times: 9, what: { kind: 'answer', answer: fail(403, 'no') } });
    const nameless = stage.github.token({ login: 'robot[bot]', permissions: workflowPermissions });
    const run = await stage.onPull(1, { inputs: { 'github-token': nameless } });
    expect(run.transcript).toMatchSnapshot();
    expect(stage.comments(1)).toEqual([]);
  });

  it('applies nothing where nobody tells who edited a comment last', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.merge(1);
    stage.github.fault({ on: '/graphql', times: 9, what: { kind: 'answer', answer: fail(403, 'no') } });
    const run = await stage.onPush();
    expect(run.code).toBe(1);
    expect(run.annotations.join('\n')).toContain('asking who edited a comment last failed');
    expect(await stage.live()).toEqual([]);
    stage.github.clearFaults();
    expect((await stage.onPush()).outputs['failure-reason']).toBe('');
  });
});

describe('a run that ends before it has a plan', () => {
  it('says so in the comment, which keeps the plan and what it approves', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    const [planned = ''] = stage.comments(1);
    stage.merge(1);
    const run = await stage.onPush({ inputs: { 'provider-token': '' } });
    expect(run.outputs['failure-reason']).toBe('no-credential');
    const [failed = ''] = stage.comments(1);
    expect(failed).toContain('**Failed** with');
    expect(failed).toContain('There is no credential for aiven');
    expect(failed.split('\n').length).toBe(planned.split('\n').length);
    expect((await stage.onPush()).outputs['failure-reason']).toBe('');
    expect(stage.comments(1)[0]).toContain('**Applied** with');
  });

  it('does not take back that it was applied', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    await stage.onPush({ inputs: { 'provider-token': '' } });
    expect(stage.comments(1)[0]).toContain('**Applied** with');
  });
});

describe('a pull request that changes no manifest', () => {
  it('is green without asking the provider, and approves nothing that waits', async () => {
    const stage = await startStage();
    stage.push({ 'tokens.yaml': manifest() });
    stage.propose(1, { 'README.md': 'more' });
    const run = await stage.onPull(1, { inputs: { 'provider-token': '' } });
    expect(run.transcript).toMatchSnapshot();
    expect(stage.comments(1)).toEqual([]);
    stage.merge(1);
    expect((await stage.onPush()).outputs['failure-reason']).toBe('not-approved');
  });

  it('is judged by the commit it was merged into, and not by where it began', async () => {
    const stage = await startStage();
    stage.propose(1, { 'README.md': 'more' });
    // Meanwhile somebody else asks for a token; the checkout has it, too.
    stage.push({ 'tokens.yaml': manifest() });
    stage.propose(1, { 'README.md': 'even more' });
    const run = await stage.onPull(1, { files: { 'tokens.yaml': manifest(), 'README.md': 'even more' } });
    expect(run.outputs).toMatchObject({ changes: '0', 'failure-reason': '' });
    expect(stage.comments(1)).toEqual([]);
  });

  it('that once did takes back what its comment approved', async () => {
    const stage = await startStage();
    stage.push({ 'tokens.yaml': manifest([]) });
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.propose(1, { 'tokens.yaml': manifest([]) });
    await stage.onPull(1);
    expect(stage.comments(1)[0]).not.toContain('keyturn-digests');
    expect(stage.comments(1)[0]).toContain('changes no manifest');
  });
});
