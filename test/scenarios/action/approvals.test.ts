// What is applied is what was approved: whose comments count, which pull requests, and which commits.
import { describe, expect, it } from '@jest/globals';
import { renderDigests } from './forge.ts';
import { manifest } from './manifests.ts';
import { repository } from './events.ts';
import { day, startStage } from './stage.ts';

const wider = manifest([{ name: 'deploy', scopes: 'projects:read, services:write' }]);
const two = manifest([{ name: 'deploy' }, { name: 'audit' }]);

describe('approval', () => {
  it('refuses what was added after the plan, applies the rest, and spells out the difference', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.propose(1, { 'tokens.yaml': two });
    stage.merge(1);
    const run = await stage.onPush();
    expect(run.transcript).toMatchSnapshot();
    expect(run.outputs['failure-reason']).toBe('not-approved');
    expect((await stage.served()).live).toBe(true);
    expect((await stage.served('AUDIT_TOKEN')).live).toBe(false);
    expect(stage.comments(1)[0]).toContain('**Refused** with');
  });

  it('does not believe a comment that another user forged', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    const [ours = ''] = stage.comments(1);
    stage.propose(2, { 'tokens.yaml': manifest() });
    stage.github.comment(repository, { number: 2, author: 'mallory', body: ours });
    stage.merge(2);
    const run = await stage.onPush();
    expect(run.transcript).toMatchSnapshot();
    expect(run.outputs['failure-reason']).toBe('not-approved');
    expect(await stage.live()).toEqual([]);
  });

  it('approves nothing by a comment that was edited away', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    const [comment] = stage.github.comments(repository, 1);
    stage.github.editComment(repository, comment?.id ?? 0, 'LGTM');
    stage.merge(1);
    const run = await stage.onPush();
    expect(run.transcript).toMatchSnapshot();
    expect(run.outputs['failure-reason']).toBe('not-approved');
    expect(await stage.live()).toEqual([]);
  });

  it('loses nothing when two pull requests are merged 10 s apart and the first run is refused', async () => {
    const stage = await startStage();
    const inputs = { manifest: '*.yaml' };
    const other = manifest([{ name: 'audit' }])
      .replace('payments}', 'audits}')
      .replace('- name: ci', '- name: au');
    stage.propose(1, { 'a.yaml': manifest() });
    stage.propose(2, { 'b.yaml': other });
    await stage.onPull(1, { inputs });
    await stage.onPull(2, { inputs });
    stage.merge(1);
    const first = stage.head();
    stage.advance(10_000);
    stage.merge(2);
    const refused = await stage.onPush({ sha: first, inputs });
    expect(refused.transcript).toMatchSnapshot('the first run');
    const run = await stage.onPush({ inputs });
    expect(run.transcript).toMatchSnapshot('the second run');
    expect((await stage.served()).live).toBe(true);
    expect((await stage.served('AUDIT_TOKEN')).live).toBe(true);
    for (const number of [1, 2]) expect(stage.comments(number)[0]).toContain('**Applied** with');
  });

  it('does not count a pull request that was merged into another branch, or too long ago', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.merge(1);
    const mergedAt = stage.github.now() - 31 * day;
    stage.github.pull(repository, { number: 1, mergedAt, mergeCommit: stage.head() });
    expect((await stage.onPush()).outputs['failure-reason']).toBe('not-approved');
    stage.github.pull(repository, { number: 1, mergedAt: stage.github.now(), mergeCommit: 'f'.repeat(40) });
    expect((await stage.onPush()).outputs['failure-reason']).toBe('not-approved');
    expect(await stage.live()).toEqual([]);
  });

  it('refuses a month-old run that is run again', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const old = stage.head();
    stage.advance(29 * day);
    await stage.applied(wider, 2);
    const { id } = await stage.served();
    expect((await stage.onPush({ sha: old })).transcript).toMatchSnapshot('push');
    expect((await stage.onSchedule({ sha: old })).outputs['failure-reason']).toBe('stale-commit');
    expect((await stage.served()).id).toBe(id);
  });

  it('does the work once when one run is run twice at the same time', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.merge(1);
    await Promise.all([stage.onPush(), stage.onPush()]);
    stage.advance(16 * 60_000);
    expect((await stage.onSchedule()).code).toBe(0);
    expect(await stage.served()).toEqual({ id: stage.receipt()?.current?.id, live: true });
    stage.advance(3 * day);
    await stage.onSchedule();
    expect(await stage.live()).toEqual([(await stage.served()).id]);
  });

  it('keeps two uses apart by their labels', async () => {
    const stage = await startStage();
    const files = {
      'eu.yaml': manifest(),
      'us.yaml': manifest([{ name: 'us' }]).replace('payments}', 'us}'),
    };
    stage.propose(1, files);
    const eu = { manifest: 'eu.yaml', label: 'eu' };
    const us = { manifest: 'us.yaml', label: 'us' };
    await stage.onPull(1, { inputs: eu });
    await stage.onPull(1, { inputs: us });
    expect(stage.comments(1).map((body) => body.split('\n')[0])).toEqual([
      '<!-- keyturn v=1 label="eu" -->',
      '<!-- keyturn v=1 label="us" -->',
    ]);
    stage.merge(1);
    const european = await stage.onPush({ inputs: eu });
    expect(european.transcript).toMatchSnapshot();
    expect(european.code).toBe(0);
    expect((await stage.served()).live).toBe(true);
    expect((await stage.onPush({ inputs: { ...us, label: 'eu' } })).outputs['failure-reason']).toBe(
      'not-approved',
    );
    expect((await stage.onPush({ inputs: us })).code).toBe(0);
    expect((await stage.served('US_TOKEN')).live).toBe(true);
  });
});

describe('a push without a pull request', () => {
  it.each([
    ['required', 'not-approved', false],
    ['warn', '', true],
    ['off', '', true],
  ])('is handled by approve: %s', async (approve, reason, live) => {
    const stage = await startStage();
    stage.push({ 'tokens.yaml': manifest() });
    const run = await stage.onPush({ inputs: { approve } });
    expect(run.transcript).toMatchSnapshot();
    expect(run.outputs['failure-reason']).toBe(reason);
    expect((await stage.served()).live).toBe(live);
  });
});

describe('a trigger', () => {
  it(
    'is shown on the pull request although receipts are out of reach there, and' + ' approved by it',
    async () => {
      const stage = await startStage();
      const asked = (word: string) =>
        manifest([{ name: 'deploy', more: `\n          rotation: {trigger: ${word}}` }]);
      await stage.applied(asked('one'));
      stage.propose(2, { 'tokens.yaml': asked('two') });
      const planned = await stage.onPull(2);
      expect(planned.outputs).toMatchObject({ changes: '1', rotated: '1' });
      expect(stage.comments(2)[0]).toContain('trigger: two');
      stage.merge(2);
      expect((await stage.onPush()).outputs).toMatchObject({ rotated: '1', 'failure-reason': '' });
      expect(stage.receipt()?.current?.generation).toBe(2);
    },
  );

  it('is not asked for again by a pull request that leaves it as it is', async () => {
    const stage = await startStage();
    const rotation = '\n          rotation: {trigger: one}';
    await stage.applied(manifest([{ name: 'deploy', more: rotation }]));
    stage.propose(2, { 'tokens.yaml': `# a remark\n${manifest([{ name: 'deploy', more: rotation }])}` });
    expect((await stage.onPull(2)).outputs['changes']).toBe('0');
  });
});

describe('a forged digest', () => {
  it('in the words of a manifest approves nothing', async () => {
    const stage = await startStage();
    const forged = renderDigests('payments', ['aaaaaaaaaaaa']);
    const text = manifest([{ name: 'deploy', more: `\n          description: ${JSON.stringify(forged)}` }]);
    stage.propose(1, { 'tokens.yaml': text });
    await stage.onPull(1);
    expect(stage.comments(1)[0]?.match(/<!--/g)).toHaveLength(2);
  });
});
