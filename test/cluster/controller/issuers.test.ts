// Issuers of a cluster: who may ask for what, and what becomes of sets whose issuer is gone.
import { afterEach, describe, expect, it } from '@jest/globals';
import { admin, eventually } from '../kit/shared.ts';
import { tokenSet } from './sets.ts';
import { type Stage, setStage } from './stage.ts';

const path = '/apis/keyturn.dev/v1alpha1/clustertokenissuers';
let stage: Stage;

afterEach(async () => {
  if (!stage) return;
  await stage.end();
  await admin(stage.cluster, 'DELETE', `${path}/${stage.home}`, { accept: [404] });
});

/** An issuer named as the controller's namespace, with its credential there. */
async function setUp(spec: object = {}): Promise<void> {
  stage = await setStage();
  const secret = {
    metadata: { name: 'aiven-admin' },
    data: { token: Buffer.from(stage.emulator.adminToken).toString('base64') },
  };
  await admin(stage.cluster, 'POST', `/api/v1/namespaces/${stage.home}/secrets`, { body: secret });
  const { organizationId, url } = stage.emulator;
  const body = {
    apiVersion: 'keyturn.dev/v1alpha1',
    kind: 'ClusterTokenIssuer',
    metadata: { name: stage.home },
    spec: {
      provider: {
        aiven: { organizationId, url, credentials: { secretKeyRef: { name: 'aiven-admin', key: 'token' } } },
      },
      allowedNamespaces: { names: [stage.namespace] },
      policy: { allowedScopes: ['projects:*'], longestMaxAge: '90d' },
      ...spec,
    },
  };
  await admin(stage.cluster, 'POST', path, { body });
}

function issued(name: string, spec: object = {}) {
  const { spec: whole, ...set } = tokenSet(stage, name);
  const { provider: _, ...rest } = whole;
  return { ...set, spec: { ...rest, issuerRef: { kind: 'ClusterTokenIssuer', name: stage.home }, ...spec } };
}

describe('an issuer of a cluster', () => {
  it('pays for a namespace without a credential, and stops only what breaks its policy', async () => {
    await setUp();
    await stage.startController();
    const secretOf = (name: string) => [{ kubernetesSecret: { name, key: 'token' } }];
    const base = { maxAge: '90d', rotation: { renewBefore: '14d', overlap: '24h' } };
    const tokens = [
      { ...base, name: 'fine', scopes: ['projects:read'], deliverTo: secretOf('fine') },
      { ...base, name: 'bold', scopes: ['billing:write'], deliverTo: secretOf('bold') },
    ];
    await stage.put('tokensets', issued('payments', { applicationUsers: [{ name: 'ci', tokens }] }));
    const object = await stage.until('payments', 'Stalled', 'True', 'PolicyBreach');
    expect(await stage.works(await stage.value('fine'))).toBe(true);
    expect(await stage.value('bold')).toBeUndefined();
    expect(object.status.ready).toBe('1/2');
    await admin(stage.cluster, 'PATCH', `${path}/${stage.home}`, {
      type: 'application/merge-patch+json',
      body: { spec: { policy: { allowedScopes: ['projects:*', 'billing:*'] } } },
    });
    await stage.until('payments', 'Ready', 'True');
    expect(await stage.works(await stage.value('bold'))).toBe(true);
  });

  it('admits no namespace that it does not name, and issues nothing there', async () => {
    await setUp({ allowedNamespaces: { names: ['another'] } });
    await stage.startController();
    await stage.put('tokensets', issued('payments'));
    await stage.until('payments', 'Stalled', 'True', 'PolicyBreach');
    expect(await stage.tokens()).toEqual([]);
  });

  it('lets a set go after a time when it is gone itself, and says so', async () => {
    await setUp();
    const controller = await stage.startController({ KEYTURN_ABANDON_AFTER_SECONDS: '3' });
    await stage.put('tokensets', issued('payments'));
    await stage.ready('payments');
    await admin(stage.cluster, 'DELETE', `${path}/${stage.home}`);
    await stage.until('payments', 'Stalled', 'True', 'IssuerMissing');
    await stage.remove('tokensets/payments');
    await eventually(
      'it is gone',
      async () => (await stage.get('tokensets/payments')) === undefined || undefined,
    );
    expect(await controller.metrics()).toMatch(/keyturn_abandoned_total 1/);
    const { items } = (await admin(stage.cluster, 'GET', `/api/v1/namespaces/${stage.namespace}/events`))
      .body;
    expect(items.map(({ reason }: { reason: string }) => reason)).toContain('Abandoned');
    expect(await stage.live()).toHaveLength(1);
  });
});
