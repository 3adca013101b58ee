// Providers and GitHub on a bad day: a run says what happened and ends with 1, and the next run heals.
import { describe, expect, it } from '@jest/globals';
import { secondaryLimit, unavailable } from '../../github/server/faults.ts';
import { repository } from './events.ts';
import { manifest } from './manifests.ts';
import { day, hour, place, startStage, type Stage } from './stage.ts';

const two = manifest([{ name: 'deploy' }, { name: 'audit' }]);
const rotating = (word: string) =>
  manifest([{ name: 'deploy', more: `\n          rotation: {trigger: ${word}}` }]);

/** Proposed, planned and merged; what comes next is the run that applies it. */
async function merged(stage: Stage, text: string, number = 1): Promise<void> {
  stage.propose(number, { 'tokens.yaml': text });
  expect((await stage.onPull(number)).code).toBe(0);
  stage.merge(number);
}

async function expectHealed(stage: Stage, names: readonly string[] = ['AIVEN_TOKEN']): Promise<void> {
  stage.advance(16 * 60_000);
  expect((await stage.onPush()).outputs['failure-reason']).toBe('');
  for (const name of names) {
    expect(await stage.served(name)).toEqual({ id: stage.receipt(name)?.current?.id, live: true });
    expect(stage.receipt(name)?.pending).toBeNull();
  }
  stage.advance(3 * day);
  expect((await stage.onSchedule()).code).toBe(0);
  expect(await stage.live()).toHaveLength(names.length);
}

describe('the provider', () => {
  it('that fails during an apply leaves a report of a part, and the next run heals', async () => {
    const stage = await startStage();
    await merged(stage, two);
    await stage.control('faults', { fault: 'serverErrorBeforeApply=1,after=1,on=POST access-tokens$' });
    const run = await stage.onPush();
    expect(run.transcript).toMatchSnapshot();
    expect(run).toMatchObject({ code: 1, outputs: { created: '1', 'failure-reason': 'apply-failed' } });
    expect(stage.comments(1)[0]).toContain('**Failed** with');
    await expectHealed(stage, ['AIVEN_TOKEN', 'AUDIT_TOKEN']);
    expect(stage.comments(1)[0]).toContain('**Applied** with');
  });

  it('that cannot be read changes nothing', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const { id } = await stage.served();
    await stage.control('faults', { fault: 'serverErrorBeforeApply=always,on=GET application-users' });
    const run = await stage.onSchedule();
    expect(run.code).toBe(1);
    expect(run.annotations).toMatchSnapshot();
    expect((await stage.served()).id).toBe(id);
  });

  it('that loses the answer to a create is found out by the next run', async () => {
    const stage = await startStage();
    await merged(stage, manifest());
    await stage.control('faults', { fault: 'dropAfterApply=1,on=POST access-tokens$' });
    expect((await stage.onPush()).outputs['failure-reason']).toBe('apply-failed');
    expect(await stage.live()).toHaveLength(1);
    await expectHealed(stage);
  });
});

describe('GitHub', () => {
  it.each([
    // What is created must not be created twice, so it is not sent again after this answer.
    ['502', unavailable(), (key: string) => !key.startsWith('POST /repos')],
    ['a rate limit', secondaryLimit(1), () => true],
  ])(
    'that answers %s once to each of its calls delays nothing but the run',
    async (_what, answer, isMeant) => {
      const smooth = await startStage();
      await merged(smooth, manifest());
      await smooth.onPush();
      const keys = [...new Set(smooth.github.requests.map(({ key }) => key))].filter(isMeant);
      expect(keys.length).toBeGreaterThan(12);
      const stage = await startStage();
      for (const key of keys) stage.github.fault({ on: { key }, what: { kind: 'answer', answer } });
      await merged(stage, manifest());
      const run = await stage.onPush();
      expect(run).toMatchObject({ code: 0 });
      stage.github.clearFaults();
      await expectHealed(stage);
    },
  );

  it('that cannot be read in an apply changes nothing', async () => {
    const stage = await startStage();
    await merged(stage, manifest());
    stage.github.fault({
      on: 'GET /repos/{owner}/{repo}/branches',
      times: 20,
      what: { kind: 'answer', answer: { status: 422, body: { message: 'no' } } },
    });
    const run = await stage.onPush();
    expect(run.outputs['failure-reason']).toBe('github-unavailable');
    expect(await stage.live()).toEqual([]);
    stage.github.clearFaults();
    await expectHealed(stage);
  });

  it('that stores a secret and loses the receipt after it is healed by the next run', async () => {
    const stage = await startStage();
    await stage.applied(rotating('one'));
    await merged(stage, rotating('two'), 2);
    const patch = 'PATCH /repos/{owner}/{repo}/environments/{environment_name}/variables';
    const broken = { status: 422, body: { message: 'no' } };
    stage.github.fault({ on: patch, skip: 1, times: 20, what: { kind: 'answer', answer: broken } });
    const run = await stage.onPush();
    expect(run.code).toBe(1);
    expect(run.annotations).toMatchSnapshot();
    expect((await stage.served()).live).toBe(true);
    stage.github.clearFaults();
    stage.advance(hour);
    expect((await stage.onPush()).code).toBe(0);
    expect(await stage.served()).toEqual({ id: stage.receipt()?.current?.id, live: true });
    stage.advance(3 * day);
    await stage.onSchedule();
    expect(await stage.live()).toEqual([(await stage.served()).id]);
  });

  it('whose secret somebody wrote over gets a token of its own again', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    stage.advance(2 * day);
    stage.github.setSecret({ ...place, name: 'AIVEN_TOKEN' }, 'written by hand in the settings');
    const run = await stage.onSchedule();
    expect(run.outputs).toMatchObject({ rotated: '1', 'failure-reason': '' });
    expect(await stage.served()).toEqual({ id: stage.receipt()?.current?.id, live: true });
  });

  it('without the environment says how to make it, and nothing is created', async () => {
    const stage = await startStage();
    await merged(stage, manifest());
    stage.github.removeEnvironment(repository, 'production');
    const run = await stage.onPush();
    expect(run.code).toBe(1);
    expect(run.annotations).toMatchSnapshot();
    expect(await stage.live()).toEqual([]);
  });

  it('of one’s own, below a path, works as github.com does', async () => {
    const stage = await startStage({ github: { prefix: '/api/v3' } });
    expect((await stage.applied(manifest())).transcript).toMatchSnapshot();
    expect((await stage.served()).live).toBe(true);
    expect(stage.comments(1)[0]).toContain('**Applied** with');
  });
});

describe('clocks', () => {
  it('that are an hour apart rotate and revoke nothing early', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const { id } = await stage.served();
    stage.github.advance(hour);
    expect((await stage.onSchedule()).outputs).toMatchObject({ changes: '0', 'failure-reason': '' });
    stage.advance(80 * day);
    expect((await stage.onSchedule()).outputs['rotated']).toBe('1');
    stage.advance(23 * hour);
    expect((await stage.onSchedule()).outputs['changes']).toBe('0');
    expect(await stage.live()).toContain(id);
  });
});

describe('what is asked of GitHub', () => {
  it('grows with the number of secrets by reads and three writes each, and by nothing else', async () => {
    const stage = await startStage();
    const tokens = ['a', 'b', 'c'].map((name) => ({ name }));
    await merged(stage, manifest(tokens));
    const before = stage.github.requests.length;
    const run = await stage.onPush();
    expect(run.outputs['created']).toBe('3');
    const asked = stage.github.requests.slice(before);
    const count = (part: string) => asked.filter(({ key }) => key.includes(part)).length;
    expect(count('public-key')).toBe(1);
    expect(count('/commits/{commit_sha}/pulls')).toBe(1);
    expect(count('issues/{issue_number}/comments')).toBe(1);
    // What was applied is taken back wherever else it is approved, and that is looked for once.
    expect(count('GET /repos/{owner}/{repo}/pulls')).toBe(1);
    expect(count('GET /repos/{owner}/{repo}/issues/comments')).toBe(1);
    expect(count('PATCH /repos/{owner}/{repo}/issues/comments')).toBe(2);
    expect(asked.length).toBeLessThanOrEqual(11 + 15 * tokens.length);
  });

  it('is two reads for each secret where nothing changes', async () => {
    const stage = await startStage();
    await stage.applied(manifest([{ name: 'a' }, { name: 'b' }]));
    const before = stage.github.requests.length;
    await stage.onSchedule();
    expect(stage.github.requests.length - before).toBe(1 + 2 * 2);
  });
});
