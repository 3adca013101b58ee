// Credentials that are missing or too weak, comments that are forbidden, manifests that are wrong: what the
// run says, and that it changes nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { resultsOf, sarifFaults, type SarifLog } from '../../render/sarif-schema.ts';
import { manifest, secret } from './manifests.ts';
import { repository } from './events.ts';
import { readingToken, startStage } from './stage.ts';

describe('a credential', () => {
  it(
    'that is missing on a pull request of the repository itself is a mistake, and no' + ' stranger’s fault',
    async () => {
      const stage = await startStage();
      stage.propose(1, { 'tokens.yaml': manifest() });
      const run = await stage.onPull(1, { inputs: { 'provider-token': '' } });
      expect(run.transcript).toMatchSnapshot();
      expect(run.outputs['failure-reason']).toBe('no-credential');
      expect(stage.comments(1)[0]).toContain('**Failed** with');
    },
  );

  it('that is dead changes nothing and says so', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const run = await stage.onSchedule({ inputs: { 'provider-token': 'avnt-dead' } });
    expect(run.transcript).toMatchSnapshot();
    expect(run.outputs['failure-reason']).toBe('credential-refused');
  });

  it('for secrets is asked for before anything is created', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.merge(1);
    const run = await stage.onPush({ inputs: { 'secrets-token': '' } });
    expect(run.transcript).toMatchSnapshot();
    expect(await stage.live()).toEqual([]);
  });

  it('without secrets: write is told which permission it lacks, and nothing is created', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    await stage.onPull(1);
    stage.merge(1);
    const run = await stage.onPush({ inputs: { 'secrets-token': stage.workflowToken } });
    expect(run.transcript).toMatchSnapshot();
    expect(run.code).toBe(1);
    expect(await stage.live()).toEqual([]);
  });

  it('that may not see a variable does not take it for missing', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const { id } = await stage.served();
    const blind = stage.github.token({
      permissions: {},
      hidden: ['environments', 'secrets', 'actions_variables'],
    });
    const run = await stage.onSchedule({ inputs: { 'secrets-token': blind } });
    expect(run.transcript).toMatchSnapshot();
    expect(run.code).toBe(1);
    expect(await stage.live()).toEqual([id]);
  });
});

describe('a comment', () => {
  it('that is forbidden is said in the summary, with a warning', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    const run = await stage.onPull(1, { inputs: { 'github-token': readingToken(stage.github) } });
    expect(run.transcript).toMatchSnapshot();
    expect(run.code).toBe(0);
    expect(run.summary).toContain('ci/deploy');
  });

  it('of a large plan fits into GitHub’s limit', async () => {
    const stage = await startStage();
    const tokens = Array.from({ length: 1_000 }, (_, rank) => ({
      name: `t${rank}`,
      scopes: rank % 2 === 0 ? 'projects:read' : 'services:read',
      more: `\n          description: ${'long '.repeat(20)}${rank}`,
    }));
    stage.propose(1, { 'tokens.yaml': manifest(tokens) });
    const run = await stage.onPull(1);
    expect(run.outputs).toMatchObject({ changes: '1001', created: '1000' });
    const [comment = ''] = stage.comments(1);
    expect(comment.length).toBeLessThanOrEqual(65_536);
    expect(comment).toContain('1000 create');
    expect(comment).toContain('`ci/t999`');
  });

  it('is not written where comment is off', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    expect((await stage.onPull(1, { inputs: { comment: 'off' } })).code).toBe(0);
    expect(stage.comments(1)).toEqual([]);
  });
});

describe('a manifest', () => {
  it('that is missing is named, with what to do', async () => {
    const stage = await startStage();
    stage.propose(1, { 'other.yaml': 'a: b' });
    const run = await stage.onPull(1);
    expect(run.transcript).toMatchSnapshot();
    expect((await stage.onPull(1, { inputs: { manifest: 'teams/*.yaml' } })).annotations[0]).toContain(
      'No file matches "teams/*.yaml"',
    );
  });

  it('that is wrong at three places gets three annotations on their lines', async () => {
    const stage = await startStage();
    const wrong = manifest([
      { name: 'deploy', more: '\n          maxAge: 4000w\n         ' + ' scope: [x]' },
    ]).replace('overlap: 24h', 'overlap: 24');
    stage.propose(1, { 'tokens.yaml': wrong });
    const run = await stage.onPull(1, { inputs: { 'sarif-file': 'out/keyturn.sarif' } });
    expect(run.transcript).toMatchSnapshot();
    expect(run.annotations.filter((text) => text.includes('tokens.yaml:'))).toHaveLength(3);
    expect(run.outputs['failure-reason']).toBe('invalid-manifest');
    const written = JSON.parse(readFileSync(join(run.workspace, 'out/keyturn.sarif'), 'utf8')) as SarifLog;
    expect(sarifFaults(written)).toEqual([]);
    expect(resultsOf(written)).toMatchSnapshot('SARIF');
  });

  it('without a mistake leaves a SARIF file without a result', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest() });
    const run = await stage.onPull(1, { inputs: { 'sarif-file': 'keyturn.sarif' } });
    const written = JSON.parse(readFileSync(join(run.workspace, 'keyturn.sarif'), 'utf8')) as SarifLog;
    expect([sarifFaults(written), resultsOf(written)]).toEqual([[], []]);
  });

  it('with more mistakes than ten gets ten annotations, and all of them in the summary', async () => {
    const stage = await startStage();
    const tokens = Array.from({ length: 15 }, (_, rank) => ({
      name: `t${rank}`,
      more: '\n          nope: 1',
    }));
    stage.propose(1, { 'tokens.yaml': manifest(tokens) });
    const run = await stage.onPull(1);
    expect(run.annotations.filter((text) => text.includes('tokens.yaml:'))).toHaveLength(10);
    expect(run.summary.match(/\*\*Error:\*\*/g)).toHaveLength(15);
  });

  it('that delivers to a file is refused on its line', async () => {
    const stage = await startStage();
    stage.propose(1, { 'tokens.yaml': manifest([{ name: 'deploy', to: '{file: {path: a.env}}' }]) });
    expect((await stage.onPull(1)).transcript).toMatchSnapshot();
  });

  it('that names someone else’s repository is pointed out, and nothing is created for it', async () => {
    const stage = await startStage();
    stage.github.repository('rival/shop', { environments: ['production'] });
    const ours = stage.github.token({ login: 'keyturn-app[bot]', repositories: [repository] });
    const text = manifest([{ name: 'deploy', to: secret('AIVEN_TOKEN', 'rival/shop') }]);
    stage.propose(1, { 'tokens.yaml': text });
    expect((await stage.onPull(1)).transcript).toMatchSnapshot('planned');
    stage.merge(1);
    const run = await stage.onPush({ inputs: { 'secrets-token': ours } });
    expect(run.transcript).toMatchSnapshot('merged');
    expect(run.code).toBe(1);
    expect(await stage.live()).toEqual([]);
  });

  it('cannot carry the credential to another host', async () => {
    const stage = await startStage();
    const text = manifest().replace('organizationId:', 'url: https://evil.example, organizationId:');
    stage.propose(1, { 'tokens.yaml': text });
    const run = await stage.onPull(1);
    expect(run.transcript).toMatchSnapshot();
    expect(run.code).toBe(1);
  });
});

describe('events', () => {
  it.each([
    ['pull_request_target', {}, 'event-refused'],
    ['workflow_dispatch', {}, 'invalid-input'],
    ['issue_comment', {}, 'event-refused'],
  ])('%s is refused', async (name, payload, reason) => {
    const stage = await startStage();
    stage.push({ 'tokens.yaml': manifest() });
    const run = await stage.on(name, payload);
    expect(run.transcript).toMatchSnapshot();
    expect(run).toMatchObject({ code: 1, outputs: { 'failure-reason': reason } });
  });

  it('of a merge queue and of another branch are validated', async () => {
    const stage = await startStage();
    stage.push({ 'tokens.yaml': manifest() });
    expect((await stage.on('merge_group', {})).transcript).toMatchSnapshot('merge_group');
    const env = { GITHUB_REF: 'refs/heads/topic' };
    expect((await stage.onPush({ env })).transcript).toMatchSnapshot('push to a branch');
    expect(await stage.live()).toEqual([]);
  });

  it('that a person dispatches do what mode says, on the default branch', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    const plan = await stage.on(
      'workflow_dispatch',
      {},
      { inputs: { mode: 'plan', 'expect-no-changes': 'true' } },
    );
    expect(plan).toMatchObject({ code: 0, outputs: { changes: '0' } });
    const topic = { inputs: { mode: 'apply' }, env: { GITHUB_REF: 'refs/heads/topic' } };
    expect((await stage.on('workflow_dispatch', {}, topic)).outputs['failure-reason']).toBe('event-refused');
    expect((await stage.on('workflow_dispatch', {}, { inputs: { mode: 'apply' } })).code).toBe(0);
  });
});
