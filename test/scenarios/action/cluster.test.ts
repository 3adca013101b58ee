// One repository with a set for GitHub and a set for a cluster: one comment shows both, and the Action
// applies its own only.
import { describe, expect, it } from '@jest/globals';
import { manifest } from './manifests.ts';
import { startStage } from './stage.ts';

const inCluster = manifest([{ name: 'web', to: '{kubernetesSecret: {name: aiven-web, key: token}}' }])
  .replace('payments}', 'web, namespace: web}')
  .replace('- name: ci', '- name: web');
const files = { 'tokens.yaml': manifest(), 'cluster.yaml': inCluster };
const inputs = { manifest: '*.yaml' };

describe('sets for GitHub and for a cluster', () => {
  it('are shown in one comment, and only the first is approved by it and applied', async () => {
    const stage = await startStage();
    stage.propose(1, files);
    expect((await stage.onPull(1, { inputs })).transcript).toMatchSnapshot('planned');
    expect(stage.comments(1)[0]).toMatchSnapshot('the comment');
    stage.merge(1);
    const run = await stage.onPush({ inputs });
    expect(run.transcript).toMatchSnapshot('merged');
    expect(await stage.live()).toEqual([(await stage.served()).id]);
  });

  it('show what the cluster will rotate by the marks of its own owner', async () => {
    const stage = await startStage();
    stage.push(files);
    // As the controller made it: another owner, the same names.
    const mark = '[keyturn o=0123456789 t=web/web g=3 s=1abcdef0 n=abcdef]';
    await stage.issue('web', { description: mark, scopes: ['projects:read'] });
    const wider = inCluster.replace('[projects:read]', '[projects:read, services:write]');
    stage.propose(2, { 'cluster.yaml': wider });
    // Nothing of it is the Action's to do.
    expect((await stage.onPull(2, { inputs: { manifest: 'cluster.yaml' } })).outputs).toMatchObject({
      changes: '0',
      rotated: '0',
    });
    expect(stage.comments(2)[0]).toContain('**keyturn: 1 rotate**');
    expect(stage.comments(2)[0]).toContain('Allows more than before');
    expect(stage.comments(2)[0]).toContain('scopes: `projects:read` → `projects:read, services:write`');
  });

  it('that an issuer of a cluster pays for are planned with the issuer, and validated without', async () => {
    const stage = await startStage();
    const asking = inCluster.replace(
      /provider: .*/,
      'issuerRef: {kind: ClusterTokenIssuer, name:' + ' aiven-prod}',
    );
    const issuer = `apiVersion: keyturn.dev/v1alpha1
kind: ClusterTokenIssuer
metadata: {name: aiven-prod}
spec:
  provider:
    aiven:
      organizationId: org1a23f456789
      credentials: {secretKeyRef: {name: aiven-admin, key: token}}
  allowedNamespaces: {names: [web]}
  policy: {allowedScopes: ["services:*"]}
`;
    stage.propose(1, { 'cluster.yaml': asking, 'issuer.yaml': issuer });
    const alone = await stage.onPull(1, { inputs: { manifest: 'cluster.yaml' } });
    expect(alone.summary).toContain('validated only');
    const both = await stage.onPull(1, { inputs });
    expect(both.transcript).toMatchSnapshot('a breach of its policy');
    expect(both.outputs['failure-reason']).toBe('invalid-manifest');
  });
});
