// The whole life of the pasted workflow, run by the built Action: proposed, changed, merged, rotated by the
// schedule, revoked, deleted by hand, and proposed by a stranger.
import { describe, expect, it } from '@jest/globals';
import { manifest } from './manifests.ts';
import { day, hour, readingToken, startStage } from './stage.ts';

const wider = manifest([{ name: 'deploy', scopes: 'projects:read, services:write' }]);

describe('the life of a pasted workflow', () => {
  it('plans, applies, rotates, revokes and heals', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    const opened = await stage.onPull(1);
    expect(opened.transcript).toMatchSnapshot('opened');
    expect(stage.comments(1)).toHaveLength(1);
    expect(await stage.live()).toEqual([]);

    stage.propose(1, { 'tokens.yaml': wider });
    expect((await stage.onPull(1)).transcript).toMatchSnapshot('changed');
    expect(stage.comments(1)).toHaveLength(1);
    expect(stage.comments(1)[0]).toMatchSnapshot('the comment');

    stage.merge(1);
    const merged = await stage.onPush();
    expect(merged.transcript).toMatchSnapshot('merged');
    expect(stage.comments(1)[0]).toMatch(/\*\*Applied\*\* with/);
    const first = await stage.served();
    expect(first.live).toBe(true);
    expect(stage.receipt()?.current).toMatchObject({ id: first.id, generation: 1 });

    expect((await stage.onPush()).transcript).toMatchSnapshot('run again');
    expect((await stage.served()).id).toBe(first.id);

    stage.advance(80 * day);
    expect((await stage.onSchedule()).transcript).toMatchSnapshot('rotated by the schedule');
    const second = await stage.served();
    expect(second).toEqual({ id: stage.receipt()?.current?.id, live: true });
    expect(stage.receipt()?.current?.generation).toBe(2);
    expect(await stage.live()).toContain(first.id);

    stage.advance(12 * hour);
    expect((await stage.onSchedule()).outputs['changes']).toBe('0');
    expect(await stage.live()).toContain(first.id);

    stage.advance(13 * hour);
    expect((await stage.onSchedule()).transcript).toMatchSnapshot('revoked after the overlap');
    expect(await stage.live()).toEqual([second.id]);
    expect((await stage.served()).live).toBe(true);
  });

  it('issues anew what somebody deleted by hand', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    stage.advance(day);
    const { id = '' } = await stage.served();
    await stage.revokeByHand(id);
    const healed = await stage.onSchedule();
    expect(healed.transcript).toMatchSnapshot();
    expect(await stage.served()).toEqual({ id: stage.receipt()?.current?.id, live: true });
    expect(stage.receipt()?.current?.generation).toBe(2);
  });

  it('validates what a stranger proposes, says what it could not do, and stays green', async () => {
    const stage = await startStage();
    stage.propose(2, { 'tokens.yaml': manifest() });
    const inputs = { 'github-token': readingToken(stage.github) };
    const fork = await stage.onPull(2, { from: 'mallory/payments', actor: 'mallory', inputs });
    expect(fork.transcript).toMatchSnapshot();
    expect(fork.summary).toContain('from a fork');
    const bot = await stage.onPull(2, { actor: 'dependabot[bot]', inputs });
    expect(bot).toMatchObject({ code: 0, outputs: { 'failure-reason': '' } });
    expect(bot.summary).toContain('by Dependabot');
    expect(stage.comments(2)).toEqual([]);
  });
});
