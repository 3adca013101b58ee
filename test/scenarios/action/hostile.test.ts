// Somebody who may push, and whose pushes nobody approves: what is delivered stays where it was, as it was,
// for whom it was, and for as long.
import { describe, expect, it } from '@jest/globals';
import { formatDescription, hashOwner } from '../../../src/core/mark.ts';
import { formatTargets } from '../../../src/core/targets.ts';
import { repository, repositoryId } from './events.ts';
import { manifest, secret } from './manifests.ts';
import { day, hour, place, startStage, type Stage } from './stage.ts';

const elsewhere = (name = 'EVIL') => manifest([{ name: 'deploy', to: secret(name) }]);
const evil = { ...place, name: 'EVIL_RECEIPT' };
const unapproved = { outputs: { 'failure-reason': 'not-approved' } };

/** As time goes by: a run every now and then, past ages and overlaps. */
async function livesOn(stage: Stage, days: number): Promise<void> {
  for (let night = 0; night < days; night += 20) {
    stage.advance(20 * day);
    await stage.onSchedule();
  }
}

/** Takes the push back, and proposes it as it should be. @returns the comment of the plan, and how it went */
async function propose(stage: Stage, text: string, before = manifest()) {
  stage.push({ 'tokens.yaml': before });
  await stage.onPush();
  stage.propose(2, { 'tokens.yaml': text });
  await stage.onPull(2);
  const [comment = ''] = stage.comments(2);
  stage.merge(2);
  return { comment, outputs: (await stage.onPush()).outputs };
}

describe('a push that nobody approved', () => {
  it('leads no token elsewhere by moving all its destinations', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const { id } = await stage.served();
    stage.push({ 'tokens.yaml': elsewhere() });
    expect(await stage.onPush()).toMatchObject(unapproved);
    await livesOn(stage, 80);
    expect(stage.github.secret({ ...place, name: 'EVIL' })).toBeUndefined();
    expect(await stage.live()).toEqual([id]);
    // A pull request that is planned and merged is another matter.
    stage.propose(2, { 'tokens.yaml': `# as proposed\n${elsewhere()}` });
    await stage.onPull(2);
    expect(stage.comments(2)[0]).toContain('EVIL');
    stage.merge(2);
    expect((await stage.onPush()).outputs).toMatchObject({ rotated: '1', 'failure-reason': '' });
    expect((await stage.served('EVIL')).live).toBe(true);
  });

  it.each([
    ['serves the token', {}],
    ['says that it is served another one', { current: { id: 'XXXXXXXXXXXX', generation: 9 } }],
    [
      'says that an attempt was cut off',
      { current: null, pending: { id: null, generation: 9, nonce: 'aaaaaa' } },
    ],
    ['retires the token', { current: { id: 'XXXXXXXXXXXX', generation: 9 }, previous: true }],
  ])('leads no token elsewhere by a receipt that %s', async (_what, changes) => {
    const stage = await startStage();
    await stage.applied(manifest());
    const { id } = await stage.served();
    const long = new Date(stage.github.now() - 30 * day).toISOString();
    const text = stage.github.variable({ ...place, name: 'AIVEN_TOKEN_RECEIPT' })?.value ?? '';
    const own = JSON.parse(text) as { current: object };
    const {
      current = {},
      pending = null,
      previous = false,
    } = changes as Record<string, object | null | boolean>;
    stage.github.setSecret({ ...place, name: 'EVIL' }, 'anything');
    const forged = {
      ...own,
      current: current && { ...own.current, issuedAt: long, deliveredAt: long, ...Object(current) },
      pending: pending && { since: long, ...Object(pending) },
      previous: previous ? [{ id, generation: 1, revokeNotBefore: long, overlap: '1m' }] : [],
      destinations: ['githubSecret/acme/payments:production:EVIL'],
    };
    stage.github.setVariable(evil, JSON.stringify(forged));
    stage.push({ 'tokens.yaml': elsewhere() });
    await stage.onPush();
    await livesOn(stage, 80);
    expect(stage.github.secret({ ...place, name: 'EVIL' })?.value).toBe('anything');
    expect(await stage.live()).toEqual([id]);
    expect((await stage.served()).live).toBe(true);
  });

  it('takes nothing from whoever deletes a secret: it is healed as it was', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    stage.github.setSecret({ ...place, name: 'AIVEN_TOKEN' }, undefined);
    stage.github.setVariable({ ...place, name: 'AIVEN_TOKEN_RECEIPT' }, undefined);
    const to = `${secret('EVIL')}, ${secret('AIVEN_TOKEN')}`;
    stage.push({ 'tokens.yaml': manifest([{ name: 'deploy', scopes: 'all', to }]) });
    expect(await stage.onPush()).toMatchObject(unapproved);
    const served = await stage.served();
    expect(served.live).toBe(true);
    const { tokens } = (await stage.control('tokens')) as { tokens: { prefix: string; scopes: unknown }[] };
    expect(tokens.find(({ prefix }) => prefix === served.id)?.scopes).toEqual(['projects:read']);
    expect(stage.github.secret({ ...place, name: 'EVIL' })).toBeUndefined();
  });

  it('shortens no overlap and no wait for whoever still uses the old token', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const { id: old } = await stage.served();
    const hasty = 'rotation: {renewBefore: 14d, overlap: 1m, revokeWhenIdle: {for: 0s}}';
    stage.push({ 'tokens.yaml': manifest().replace(/rotation: \{.*?\}/, hasty) });
    expect(await stage.onPush()).toMatchObject(unapproved);
    stage.advance(78 * day);
    await stage.onSchedule();
    expect(stage.receipt()?.current?.generation).toBe(2);
    stage.advance(23 * hour);
    await stage.onSchedule();
    expect(await stage.live()).toContain(old);
    const approved = await propose(stage, manifest().replace(/rotation: \{.*?\}/, hasty));
    expect(approved.comment).toContain('rotation.overlap: `1d` → `1m`');
    expect(approved.outputs).toMatchObject({ changes: '1', 'failure-reason': '' });
    stage.advance(2 * hour);
    await stage.onSchedule();
    expect(await stage.live()).not.toContain(old);
  });

  it('brings a place back that it took away, and no other', async () => {
    const stage = await startStage();
    const both = `${secret('AIVEN_TOKEN')}, ${secret('SECOND')}`;
    await stage.applied(manifest([{ name: 'deploy', to: both }]));
    stage.push({ 'tokens.yaml': manifest() });
    expect(await stage.onPush()).toMatchObject(unapproved);
    stage.advance(78 * day);
    await stage.onSchedule();
    expect(stage.receipt()?.current?.generation).toBe(2);
    expect((await stage.served('SECOND')).live).toBe(true);
    stage.push({ 'tokens.yaml': manifest([{ name: 'deploy', to: `${both}, ${secret('EVIL')}` }]) });
    stage.advance(2 * day);
    await stage.onSchedule();
    expect(await stage.served('SECOND')).toEqual(await stage.served());
    expect(stage.github.secret({ ...place, name: 'EVIL' })).toBeUndefined();
  });

  it('ends no token of another repository by naming it as a former owner', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const { id: own } = await stage.served();
    const owner = hashOwner('github:9999', 'payments');
    const mark = { owner, declaration: 'ci/deploy', generation: 7, specHash: '1aaaaaaa', nonce: 'aaaaaa' };
    const targets = formatTargets([{ key: 'githubSecret/acme/shop:production:TOKEN' }]);
    await stage.issueFor('ci', formatDescription('Theirs', { ...mark, targets }));
    const theirs = (await stage.live()).filter((id) => id !== own);
    expect(theirs).toHaveLength(1);
    const claim = manifest(
      [{ name: 'deploy' }],
      '  formerOwners: [{ownerId: "github:9999", name: payments}]\n',
    );
    stage.push({ 'tokens.yaml': claim });
    expect(await stage.onPush()).toMatchObject(unapproved);
    await livesOn(stage, 40);
    expect(await stage.live()).toEqual(expect.arrayContaining(theirs));
    // Approved it counts as ours, and as one that nobody serves.
    const approved = await propose(stage, claim);
    expect(approved.comment).toContain('github:9999');
    expect(approved.outputs['failure-reason']).toBe('');
    await livesOn(stage, 40);
    expect(await stage.live()).not.toContain(theirs[0]);
  });

  it('does again nothing that was approved once', async () => {
    const stage = await startStage();
    const two = manifest([{ name: 'deploy' }, { name: 'audit' }]);
    // The same change is planned twice, and both are merged before anything is applied.
    for (const number of [1, 2]) {
      stage.propose(number, { 'tokens.yaml': `# ${number}\n${two}` });
      await stage.onPull(number);
    }
    stage.merge(1);
    stage.merge(2);
    expect((await stage.onPush()).outputs).toMatchObject({ created: '2', 'failure-reason': '' });
    const absent = two.replace('- name: audit', '- name: audit\n          state: Absent');
    await stage.applied(absent, 3);
    expect((await stage.served('AUDIT_TOKEN')).id).toBeUndefined();
    stage.push({ 'tokens.yaml': two });
    const replayed = await stage.onPush();
    expect(replayed).toMatchObject(unapproved);
    expect((await stage.served('AUDIT_TOKEN')).id).toBeUndefined();
    for (const number of [1, 2, 3]) expect(stage.comments(number)[0]).not.toMatch(/^payments /m);
  });
});

describe('who may read a secret of an organization', () => {
  const shared = (readers: string) =>
    manifest([{ name: 'deploy', to: `{githubSecret: {organization: acme, ${readers}, name: SHARED}}` }]);
  const narrow = shared('visibility: selected, repositories: [payments]');
  const secretOf = (stage: Stage) => stage.github.secret({ organization: 'acme', name: 'SHARED' });

  it('is shown, approved and written, and by no push alone', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': narrow });
    await stage.onPull(1);
    expect(stage.comments(1)[0]).toContain('is readable by `repositories payments`');
    stage.merge(1);
    await stage.onPush();
    expect(secretOf(stage)).toMatchObject({ visibility: 'selected', repositoryIds: [repositoryId] });
    const wide = shared('visibility: all');
    stage.push({ 'tokens.yaml': wide });
    expect(await stage.onPush()).toMatchObject(unapproved);
    stage.advance(85 * day);
    await stage.onSchedule();
    expect(secretOf(stage)).toMatchObject({ visibility: 'selected', repositoryIds: [repositoryId] });
    stage.propose(2, { 'tokens.yaml': `# as proposed\n${wide}` });
    await stage.onPull(2);
    expect(stage.comments(2)[0]).toMatch(/Allows more than before[\s\S]*all repositories/);
    stage.merge(2);
    expect((await stage.onPush()).outputs).toMatchObject({ rotated: '1', 'failure-reason': '' });
    expect(secretOf(stage)).toMatchObject({ visibility: 'all' });
    expect(stage.github.comments(repository, 2)).toHaveLength(1);
  });
});
