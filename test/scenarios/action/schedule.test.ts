// What the schedule does by itself, and what it leaves to people.
import { describe, expect, it } from '@jest/globals';
import { manifest } from './manifests.ts';
import { day, startStage } from './stage.ts';

const wider = manifest([{ name: 'deploy', scopes: 'projects:read, services:write' }]);
const two = manifest([{ name: 'deploy' }, { name: 'audit' }]);

describe('the schedule', () => {
  it('changes nothing that waits for an approval, and warns', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const { id } = await stage.served();
    stage.push({ 'tokens.yaml': wider });
    const run = await stage.onSchedule();
    expect(run.transcript).toMatchSnapshot();
    expect(run).toMatchObject({ code: 0 });
    expect((await stage.served()).id).toBe(id);
  });

  it('tells what was approved and never applied from what nobody approved, and how to go on', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.merge(1);
    stage.push({ 'tokens.yaml': two });
    const night = await stage.onSchedule();
    expect(night.annotations).toMatchSnapshot();
    expect(await stage.live()).toEqual([]);
    const byHand = await stage.on('workflow_dispatch', {}, { inputs: { mode: 'apply' } });
    expect(byHand.outputs).toMatchObject({ created: '1', 'failure-reason': 'not-approved' });
    expect((await stage.served()).live).toBe(true);
  });

  it('does not fail where nobody can tell what was approved', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    stage.push({ 'tokens.yaml': wider });
    stage.advance(80 * day);
    const weak = { metadata: 'read', contents: 'read' } as const;
    const token = stage.github.token({ login: 'github-actions[bot]', permissions: weak });
    const night = await stage.onSchedule({ inputs: { 'github-token': token } });
    expect(night).toMatchObject({ code: 0, outputs: { rotated: '1' } });
    expect(night.annotations.join('\n')).toContain('Waits for a run with mode: apply: "ci/deploy"');
  });

  it.each(['onSchedule', 'onPush'] as const)('%s writes nothing once its branch has moved on', async (on) => {
    const stage = await startStage();
    await stage.applied(manifest());
    const { id } = await stage.served();
    stage.advance(80 * day);
    const act = () => stage.push({ 'README.md': 'more' });
    stage.github.fault({ on: 'variables/{name}', what: { kind: 'meanwhile', act } });
    const sha = stage.head();
    expect((await stage[on]({ sha })).outputs['failure-reason']).toBe('stale-commit');
    expect((await stage.served()).id).toBe(id);
    expect(await stage.live()).toEqual([id]);
  });

  it('renews what is due as it was, although wider scopes wait for an approval', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    stage.push({ 'tokens.yaml': wider });
    stage.advance(80 * day);
    expect((await stage.onSchedule()).code).toBe(0);
    const { tokens } = (await stage.control('tokens')) as { tokens: { prefix: string; scopes: unknown }[] };
    const served = await stage.served();
    expect(tokens.find(({ prefix }) => prefix === served.id)?.scopes).toEqual(['projects:read']);
    expect(stage.receipt()?.current?.generation).toBe(2);
  });
});
